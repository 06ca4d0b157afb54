"""What the database itself holds about scores: none changes once its sheet was handed in."""

TRIGGERS = """
CREATE FUNCTION evaluation_guard_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM evaluation_sheet
               WHERE assignment_id = OLD.assignment_id AND round = OLD.round) THEN
        RAISE EXCEPTION 'the sheet of this score was handed in: % refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER evaluation_score_no_change_once_locked BEFORE UPDATE OR DELETE ON evaluation_score
    FOR EACH ROW EXECUTE FUNCTION evaluation_guard_score();
CREATE TRIGGER evaluation_sheet_no_change BEFORE UPDATE OR DELETE ON evaluation_sheet
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
CREATE TRIGGER evaluation_discussion_no_change BEFORE UPDATE OR DELETE ON evaluation_discussion
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
"""
UNDO = """
DROP TRIGGER IF EXISTS evaluation_discussion_no_change ON evaluation_discussion;
DROP TRIGGER IF EXISTS evaluation_sheet_no_change ON evaluation_sheet;
DROP TRIGGER IF EXISTS evaluation_score_no_change_once_locked ON evaluation_score;
DROP FUNCTION IF EXISTS evaluation_guard_score();
"""
