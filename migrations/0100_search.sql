-- Messages get a number that VACUUM never changes, which a full-text index can refer to.
CREATE TABLE new_chat_messages (
  id TEXT NOT NULL UNIQUE,
  agent_id TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  role TEXT NOT NULL CHECK (role IN ('agent', 'user', 'system')),
  content TEXT NOT NULL,
  timestamp TEXT NOT NULL,
  seq INTEGER PRIMARY KEY
);

INSERT INTO new_chat_messages (id, agent_id, role, content, timestamp)
SELECT id, agent_id, role, content, timestamp FROM chat_messages ORDER BY rowid;

DROP TABLE chat_messages;
ALTER TABLE new_chat_messages RENAME TO chat_messages;

CREATE INDEX chat_messages_by_agent ON chat_messages (agent_id, timestamp, seq);

-- Full-text indexes hold no copy of the texts. A row leaves its index before it changes, while its words can
-- still be read from the table. The newest rows come first, so that a search can stop early.

CREATE VIRTUAL TABLE tickets_fts USING fts4 (
  title, description, acceptance_criteria, labels, external_id,
  content="tickets", tokenize=unicode61 "remove_diacritics=2", order=desc
);
INSERT INTO tickets_fts (tickets_fts) VALUES ('rebuild');
CREATE TRIGGER tickets_fts_insert AFTER INSERT ON tickets BEGIN
  INSERT INTO tickets_fts (docid, title, description, acceptance_criteria, labels, external_id) VALUES (new.seq, new.title, new.description, new.acceptance_criteria, new.labels, new.external_id);
END;
CREATE TRIGGER tickets_fts_delete BEFORE DELETE ON tickets BEGIN
  DELETE FROM tickets_fts WHERE docid = old.seq;
END;
CREATE TRIGGER tickets_fts_before_update BEFORE UPDATE OF title, description, acceptance_criteria, labels, external_id ON tickets BEGIN
  DELETE FROM tickets_fts WHERE docid = old.seq;
END;
CREATE TRIGGER tickets_fts_after_update AFTER UPDATE OF title, description, acceptance_criteria, labels, external_id ON tickets BEGIN
  INSERT INTO tickets_fts (docid, title, description, acceptance_criteria, labels, external_id) VALUES (new.seq, new.title, new.description, new.acceptance_criteria, new.labels, new.external_id);
END;

CREATE VIRTUAL TABLE comments_fts USING fts4 (
  content,
  content="comments", tokenize=unicode61 "remove_diacritics=2", order=desc
);
INSERT INTO comments_fts (comments_fts) VALUES ('rebuild');
CREATE TRIGGER comments_fts_insert AFTER INSERT ON comments BEGIN
  INSERT INTO comments_fts (docid, content) VALUES (new.seq, new.content);
END;
CREATE TRIGGER comments_fts_delete BEFORE DELETE ON comments BEGIN
  DELETE FROM comments_fts WHERE docid = old.seq;
END;
CREATE TRIGGER comments_fts_before_update BEFORE UPDATE OF content ON comments BEGIN
  DELETE FROM comments_fts WHERE docid = old.seq;
END;
CREATE TRIGGER comments_fts_after_update AFTER UPDATE OF content ON comments BEGIN
  INSERT INTO comments_fts (docid, content) VALUES (new.seq, new.content);
END;

CREATE VIRTUAL TABLE chat_messages_fts USING fts4 (
  content,
  content="chat_messages", tokenize=unicode61 "remove_diacritics=2", order=desc
);
INSERT INTO chat_messages_fts (chat_messages_fts) VALUES ('rebuild');
CREATE TRIGGER chat_messages_fts_insert AFTER INSERT ON chat_messages BEGIN
  INSERT INTO chat_messages_fts (docid, content) VALUES (new.seq, new.content);
END;
CREATE TRIGGER chat_messages_fts_delete BEFORE DELETE ON chat_messages BEGIN
  DELETE FROM chat_messages_fts WHERE docid = old.seq;
END;
CREATE TRIGGER chat_messages_fts_before_update BEFORE UPDATE OF content ON chat_messages BEGIN
  DELETE FROM chat_messages_fts WHERE docid = old.seq;
END;
CREATE TRIGGER chat_messages_fts_after_update AFTER UPDATE OF content ON chat_messages BEGIN
  INSERT INTO chat_messages_fts (docid, content) VALUES (new.seq, new.content);
END;

CREATE VIRTUAL TABLE agent_logs_fts USING fts4 (
  message,
  content="agent_logs", tokenize=unicode61 "remove_diacritics=2", order=desc
);
INSERT INTO agent_logs_fts (agent_logs_fts) VALUES ('rebuild');
CREATE TRIGGER agent_logs_fts_insert AFTER INSERT ON agent_logs BEGIN
  INSERT INTO agent_logs_fts (docid, message) VALUES (new.seq, new.message);
END;
CREATE TRIGGER agent_logs_fts_delete BEFORE DELETE ON agent_logs BEGIN
  DELETE FROM agent_logs_fts WHERE docid = old.seq;
END;
CREATE TRIGGER agent_logs_fts_before_update BEFORE UPDATE OF message ON agent_logs BEGIN
  DELETE FROM agent_logs_fts WHERE docid = old.seq;
END;
CREATE TRIGGER agent_logs_fts_after_update AFTER UPDATE OF message ON agent_logs BEGIN
  INSERT INTO agent_logs_fts (docid, message) VALUES (new.seq, new.message);
END;

CREATE VIRTUAL TABLE artifacts_fts USING fts4 (
  title, content,
  content="artifacts", tokenize=unicode61 "remove_diacritics=2", order=desc
);
INSERT INTO artifacts_fts (artifacts_fts) VALUES ('rebuild');
CREATE TRIGGER artifacts_fts_insert AFTER INSERT ON artifacts BEGIN
  INSERT INTO artifacts_fts (docid, title, content) VALUES (new.seq, new.title, new.content);
END;
CREATE TRIGGER artifacts_fts_delete BEFORE DELETE ON artifacts BEGIN
  DELETE FROM artifacts_fts WHERE docid = old.seq;
END;
CREATE TRIGGER artifacts_fts_before_update BEFORE UPDATE OF title, content ON artifacts BEGIN
  DELETE FROM artifacts_fts WHERE docid = old.seq;
END;
CREATE TRIGGER artifacts_fts_after_update AFTER UPDATE OF title, content ON artifacts BEGIN
  INSERT INTO artifacts_fts (docid, title, content) VALUES (new.seq, new.title, new.content);
END;
