-- In which language an answer was told, so that a correction speaks the same.
ALTER TABLE told ADD COLUMN language TEXT;
