-- How routes came about: packed records of one second, found by the second in a generation's id. Not books: it may be cut at any time.
CREATE TABLE route_block (
  second INTEGER NOT NULL,
  body   BLOB NOT NULL
);
CREATE INDEX route_block_second ON route_block (second);
