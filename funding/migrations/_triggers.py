"""What the database itself holds about money: rows that never change, and entries that balance at commit."""

LEDGER = """
CREATE TRIGGER funding_ledgerentry_no_change BEFORE UPDATE OR DELETE ON funding_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
CREATE TRIGGER funding_ledgerposting_no_change BEFORE UPDATE OR DELETE ON funding_ledgerposting
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
CREATE TRIGGER funding_budgetchange_no_change BEFORE UPDATE OR DELETE ON funding_budgetchange
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();

CREATE FUNCTION funding_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := CASE TG_TABLE_NAME WHEN 'funding_ledgerentry' THEN NEW.id
                       ELSE (to_jsonb(NEW) ->> 'entry_id')::bigint END;
    rest numeric;
    moved numeric;
    expected numeric;
BEGIN
    SELECT coalesce(sum(p.amount), 0), coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0)
        INTO rest, moved FROM funding_ledgerposting p WHERE p.entry_id = which;
    SELECT e.amount INTO expected FROM funding_ledgerentry e WHERE e.id = which;
    IF rest <> 0 OR moved <> expected THEN
        RAISE EXCEPTION 'funding_ledgerentry % does not balance', which USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER funding_ledgerentry_balances AFTER INSERT ON funding_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_entry_balances();
CREATE CONSTRAINT TRIGGER funding_ledgerposting_balances AFTER INSERT ON funding_ledgerposting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION funding_entry_balances();
"""

UNDO_LEDGER = """
DROP TRIGGER IF EXISTS funding_ledgerposting_balances ON funding_ledgerposting;
DROP TRIGGER IF EXISTS funding_ledgerentry_balances ON funding_ledgerentry;
DROP FUNCTION IF EXISTS funding_entry_balances();
DROP TRIGGER IF EXISTS funding_budgetchange_no_change ON funding_budgetchange;
DROP TRIGGER IF EXISTS funding_ledgerposting_no_change ON funding_ledgerposting;
DROP TRIGGER IF EXISTS funding_ledgerentry_no_change ON funding_ledgerentry;
"""

COMMANDS = """
CREATE TRIGGER funding_command_no_change BEFORE UPDATE OR DELETE ON funding_command
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
"""
UNDO_COMMANDS = "DROP TRIGGER IF EXISTS funding_command_no_change ON funding_command;"
