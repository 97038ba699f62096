-- The two roles and the database of a portal on any PostgreSQL from 15 on. Run as a superuser:
--   psql -v owner=portal_owner -v owner_password=… -v application=portal_app
--        -v application_password=… -v database=portal -f deploy/roles.sql
\set ON_ERROR_STOP on

CREATE ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE :"application" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE
    PASSWORD :'application_password';

-- C.UTF-8: under plain C the trigram index finds no Chinese.
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"application";
ALTER DATABASE :"database" SET idle_in_transaction_session_timeout = '5min';

\connect :"database"

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS pgcrypto;

-- What migrations create, the application may read and write, but not change or empty.
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner"
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"application";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SEQUENCES TO :"application";
