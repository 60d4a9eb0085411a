-- What moving users in from another system stands on.

-- Imported users keep their ids. New ones must never get such an id, so the sequence is moved beyond them before they
-- come. The runtime role may call this without having the right to set the sequence, and it only ever moves forward.
CREATE FUNCTION reserve_user_ids(up_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF up_to NOT BETWEEN 1 AND 999999999999 THEN
    RAISE EXCEPTION 'ids of imported users end at 999999999999';
  END IF;
  IF (SELECT last_value >= up_to AND is_called FROM public.users_id_seq) THEN RETURN; END IF;
  -- Changes nothing, but holds off whoever wants a new id until the end of this transaction: an id that was handed out
  -- between the look and the move would be handed out again.
  ALTER SEQUENCE public.users_id_seq CACHE 1;
  PERFORM setval('public.users_id_seq', up_to) FROM public.users_id_seq WHERE last_value <= up_to;
END $$;
