-- The next time at which a touchpoint will stand for something else without any change of the file.
SELECT min(valid_from) FROM touchpoint_periods WHERE valid_from > :now
