"""The register and the issued papers are append-only; the register is chained at commit: both histories say so here."""

APPEND_ONLY = """
CREATE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- The chain columns are filled once, by the database itself at commit; nothing else of a line may change.
CREATE FUNCTION records_guard_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.position IS NULL AND NEW.position IS NOT NULL
       AND to_jsonb(OLD) - 'position' - 'previous_hash' - 'hash' = to_jsonb(NEW) - 'position' - 'previous_hash' - 'hash'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'records_auditevent is append-only: UPDATE refused' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER records_auditevent_no_update BEFORE UPDATE ON records_auditevent
    FOR EACH ROW EXECUTE FUNCTION records_guard_register();
CREATE TRIGGER records_auditevent_no_delete BEFORE DELETE ON records_auditevent
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
CREATE TRIGGER records_document_no_change BEFORE UPDATE OR DELETE ON records_document
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
"""

CHAIN = """
CREATE FUNCTION records_line_hash(previous text, line records_auditevent) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\x1f',
        previous, line.position, line.id, line.verb, line.subject_type, line.subject_id, line.subject_label,
        line.actor_id, line.actor_label, (extract(epoch FROM line.at) * 1000000)::bigint,
        line.from_state, line.to_state, line.reason, line.data::text, line.request_id
    ), 'UTF8')), 'hex')
$$;

-- Runs at commit: the lock that orders the chain is held for as long as a commit takes, not for as long as a
-- transaction does. (Rows written under a savepoint have another xid, so each line chains itself.)
CREATE FUNCTION records_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    line records_auditevent;
    head records_auditevent;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('records.register'));
    SELECT * INTO line FROM records_auditevent WHERE id = NEW.id;
    SELECT * INTO head FROM records_auditevent WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1;
    line.position := coalesce(head.position, 0) + 1;
    line.previous_hash := coalesce(head.hash, '');
    line.hash := records_line_hash(line.previous_hash, line);
    UPDATE records_auditevent
        SET position = line.position, previous_hash = line.previous_hash, hash = line.hash WHERE id = line.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER records_auditevent_chain AFTER INSERT ON records_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION records_chain();

CREATE FUNCTION records_broken_links() RETURNS TABLE (broken bigint) LANGUAGE sql STABLE AS $$
    SELECT coalesce(line.position, 0)
    FROM (
        SELECT e AS line, e.position, e.hash, e.previous_hash,
               lag(e.hash, 1, '') OVER chain AS hash_before,
               lag(e.position, 1, 0::bigint) OVER chain AS position_before
        FROM records_auditevent e WHERE e.position IS NOT NULL
        WINDOW chain AS (ORDER BY e.position)
    ) line
    WHERE line.previous_hash <> line.hash_before
       OR line.position <> line.position_before + 1
       OR line.hash <> records_line_hash(line.previous_hash, line.line)
$$;
"""

UNDO = """
DROP TRIGGER IF EXISTS records_document_no_change ON records_document;
DROP TRIGGER IF EXISTS records_auditevent_chain ON records_auditevent;
DROP TRIGGER IF EXISTS records_auditevent_no_delete ON records_auditevent;
DROP TRIGGER IF EXISTS records_auditevent_no_update ON records_auditevent;
DROP FUNCTION IF EXISTS records_broken_links();
DROP FUNCTION IF EXISTS records_chain();
DROP FUNCTION IF EXISTS records_line_hash(text, records_auditevent);
DROP FUNCTION IF EXISTS records_guard_register();
DROP FUNCTION IF EXISTS records_refuse_change();
"""

# A head that was kept is what outsiders hold against the register later: it never changes.
HEADS = """
CREATE TRIGGER records_registerhead_no_change BEFORE UPDATE OR DELETE ON records_registerhead
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
"""
UNDO_HEADS = "DROP TRIGGER IF EXISTS records_registerhead_no_change ON records_registerhead;"
