"""What the database itself holds about cycles: those of one institute abut and never overlap."""

CYCLES_ABUT = """
CREATE FUNCTION evaluation_guard_cycle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM evaluation_cycle other
               WHERE other.institute_id = NEW.institute_id AND other.id <> NEW.id
                 AND other.first_year <= NEW.last_year AND NEW.first_year <= other.last_year) THEN
        RAISE EXCEPTION 'evaluation_cycle_no_overlap: cycles of one institute never overlap'
            USING ERRCODE = 'exclusion_violation';
    END IF;
    IF NEW.number > 1 AND NOT EXISTS (
        SELECT 1 FROM evaluation_cycle former
        WHERE former.institute_id = NEW.institute_id AND former.number = NEW.number - 1
          AND former.last_year + 1 = NEW.first_year) THEN
        RAISE EXCEPTION 'evaluation_cycle_abuts: a cycle begins when the former one has ended'
            USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER evaluation_cycle_abuts BEFORE INSERT OR UPDATE OF institute_id, number, first_year, last_year
    ON evaluation_cycle FOR EACH ROW EXECUTE FUNCTION evaluation_guard_cycle();
"""
UNDO_CYCLES_ABUT = """
DROP TRIGGER IF EXISTS evaluation_cycle_abuts ON evaluation_cycle;
DROP FUNCTION IF EXISTS evaluation_guard_cycle();
"""
