"""What dashboards, briefings and programs show alike: figures that each lead to their rows, tables of them, boards."""
