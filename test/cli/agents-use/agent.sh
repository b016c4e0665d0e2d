#!/bin/sh -e
me=$(basename "$PWD")                                            # the agent is called as its worktree is
ticket=$(sweatshop tickets next --claim --agent "$me" --quiet)   # ends here, with 6, when none is ready
sweatshop tickets show "$ticket" > ticket.txt
sweatshop agents set "$me" --status DEVELOPING --pid $$ --worktree "$PWD"
colour=$(sweatshop agents ask "$me" "Which colour?" --wait)      # until a person answers
echo "$colour" > colour.txt                                      # the work
sweatshop agents log "$me" "It is $colour now."
sweatshop agents tokens "$me" --prompt 1200 --completion 300
sweatshop agents finish "$me"                                    # a person approves, or sends it back
