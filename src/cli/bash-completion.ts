/**
 * Makes the shell ask the command for what fits. It needs nothing but bash itself, and hands over what was typed
 * without evaluating it: a line that is only being typed must not run what stands in it.
 */
export const BASH_COMPLETION = `# bash completion for sweatshop
_sweatshop_complete() {
    local line index words=() current=\${COMP_WORDS[COMP_CWORD]}
    for ((index = 1; index <= COMP_CWORD; index++)); do
        # bash takes --status=ready apart; the value alone is what is completed.
        if [[ \${COMP_WORDS[index]} == = ]]; then
            if ((index == COMP_CWORD)); then words+=('') current=''; fi
        else
            words+=("\${COMP_WORDS[index]}")
        fi
    done
    COMPREPLY=()
    while IFS= read -r line; do
        line=\${line%%$'\\t'*}
        [[ $line == :* || $line != "$current"* ]] && continue
        [[ $line == */ ]] && compopt -o nospace 2>/dev/null
        [[ $line == *[[:space:]]* ]] && printf -v line %q "$line"
        COMPREPLY+=("$line")
    done < <(sweatshop complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _sweatshop_complete sweatshop
`;
