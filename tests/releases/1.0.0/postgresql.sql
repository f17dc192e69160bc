--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: access_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.access_event (
    id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    user_id integer,
    kind character varying(8) NOT NULL,
    event character varying(16) NOT NULL,
    problem character varying(64) NOT NULL
);


--
-- Name: access_event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.access_event_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: access_event_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.access_event_id_seq OWNED BY public.access_event.id;


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: automatic_sync; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.automatic_sync (
    organisation_id integer NOT NULL,
    moves_stages boolean NOT NULL,
    sent_stages json NOT NULL,
    sends_since timestamp with time zone,
    heard_at timestamp with time zone,
    asked_xero_at timestamp with time zone,
    asked_bitrix24_at timestamp with time zone,
    found_at timestamp with time zone,
    changed_until timestamp with time zone,
    seen json NOT NULL,
    untold integer NOT NULL,
    untold_since timestamp with time zone,
    unknown_events json NOT NULL,
    has_news boolean DEFAULT false NOT NULL,
    owed json DEFAULT '{}'::json NOT NULL,
    push_run_id integer,
    sequence bigint DEFAULT '0'::bigint NOT NULL,
    has_gap boolean DEFAULT false NOT NULL,
    bitrix24_has_news boolean DEFAULT false NOT NULL,
    bitrix24_heard_at timestamp with time zone,
    events json DEFAULT '{}'::json NOT NULL,
    tells boolean DEFAULT false NOT NULL,
    told json DEFAULT '{}'::json NOT NULL
);


--
-- Name: backup; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.backup (
    id integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    size bigint NOT NULL
);


--
-- Name: backup_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.backup_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: backup_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.backup_id_seq OWNED BY public.backup.id;


--
-- Name: bitrix24_login; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bitrix24_login (
    user_id integer NOT NULL,
    access_token text,
    refresh_token text,
    expires_at timestamp with time zone NOT NULL,
    renewed_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    renewing_until timestamp with time zone
);


--
-- Name: call_budget; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.call_budget (
    name character varying(64) NOT NULL,
    state json NOT NULL
);


--
-- Name: call_count; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.call_count (
    vendor character varying(16) NOT NULL,
    method character varying(64) NOT NULL,
    outcome character varying(16) NOT NULL,
    calls bigint NOT NULL,
    milliseconds bigint NOT NULL
);


--
-- Name: check_result; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.check_result (
    name character varying(32) NOT NULL,
    state character varying(8) NOT NULL,
    code character varying(32) NOT NULL,
    "values" json NOT NULL,
    looked_at timestamp with time zone NOT NULL,
    since timestamp with time zone NOT NULL,
    alerted boolean NOT NULL
);


--
-- Name: contact_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contact_link (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    kind character varying(8) NOT NULL,
    bitrix24_id integer NOT NULL,
    xero_id character varying(64) NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    lacks_address boolean DEFAULT false NOT NULL,
    settled json,
    written json
);


--
-- Name: contact_link_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.contact_link_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: contact_link_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.contact_link_id_seq OWNED BY public.contact_link.id;


--
-- Name: found_invoice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.found_invoice (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    user_id integer NOT NULL,
    state character varying(8) NOT NULL,
    bitrix24_id integer NOT NULL,
    number text NOT NULL,
    customer text NOT NULL,
    customer_number character varying(32) NOT NULL,
    day date NOT NULL,
    total bigint NOT NULL,
    currency character varying(8) NOT NULL,
    stage_name text NOT NULL,
    number_key character varying(255) NOT NULL,
    customer_key character varying(255) NOT NULL,
    sum_key character varying(64) NOT NULL,
    xero_id character varying(64) NOT NULL,
    xero_number text NOT NULL,
    xero_customer text NOT NULL,
    xero_day date,
    xero_currency character varying(8) NOT NULL,
    xero_status character varying(16),
    xero_total bigint,
    xero_due bigint,
    xero_settled bigint,
    xero_due_date character varying(10),
    problems json NOT NULL,
    read_at timestamp with time zone,
    xero_credits json
);


--
-- Name: found_invoice_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.found_invoice_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: found_invoice_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.found_invoice_id_seq OWNED BY public.found_invoice.id;


--
-- Name: hour_count; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.hour_count (
    organisation_id integer NOT NULL,
    hour timestamp with time zone NOT NULL,
    name character varying(48) NOT NULL,
    count bigint NOT NULL
);


--
-- Name: intent; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.intent (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    user_id integer,
    kind character varying(8) NOT NULL,
    action character varying(8) NOT NULL,
    subject character varying(64) NOT NULL,
    state character varying(8) NOT NULL,
    key character varying(128) NOT NULL,
    body json,
    body_hash character varying(64) NOT NULL,
    keep json NOT NULL,
    claim character varying(36) NOT NULL,
    vendor_id character varying(64) NOT NULL,
    planned_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    ended_at timestamp with time zone
);


--
-- Name: intent_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.intent_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: intent_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.intent_id_seq OWNED BY public.intent.id;


--
-- Name: invoice_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.invoice_link (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    bitrix24_id integer NOT NULL,
    claimed_until timestamp with time zone,
    claimed_by_id integer,
    claim character varying(36),
    fingerprint character varying(64),
    line_ids json NOT NULL,
    problems json NOT NULL,
    has_problem boolean NOT NULL,
    written_at timestamp with time zone,
    written_by_id integer,
    xero_id character varying(64),
    xero_number text,
    xero_status character varying(16),
    xero_total bigint,
    xero_due bigint,
    xero_settled bigint,
    xero_due_date character varying(10),
    written_claim character varying(36),
    written_kind character varying(16),
    told character varying(16),
    moved_to character varying(50),
    news boolean DEFAULT false NOT NULL,
    written json,
    cents character varying(8) DEFAULT ''::character varying NOT NULL,
    xero_credits json,
    seen json,
    xero_written_total bigint,
    xero_edits integer DEFAULT 0 NOT NULL,
    xero_payments json,
    xero_paid_on character varying(10),
    xero_changed_at timestamp with time zone
);


--
-- Name: invoice_link_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.invoice_link_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: invoice_link_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.invoice_link_id_seq OWNED BY public.invoice_link.id;


--
-- Name: item_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.item_link (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    bitrix24_id integer NOT NULL,
    xero_id character varying(64) NOT NULL,
    code character varying(64) NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    account character varying(16) DEFAULT ''::character varying NOT NULL,
    tax_type character varying(64) DEFAULT ''::character varying NOT NULL,
    read_at timestamp with time zone,
    gone boolean DEFAULT false NOT NULL
);


--
-- Name: item_link_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.item_link_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: item_link_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.item_link_id_seq OWNED BY public.item_link.id;


--
-- Name: kept_reading; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kept_reading (
    user_id integer NOT NULL,
    read_at timestamp with time zone NOT NULL,
    content bytea NOT NULL
);


--
-- Name: month_end_sheet; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.month_end_sheet (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    user_id integer,
    run_id integer,
    made_by character varying(255) NOT NULL,
    made_at timestamp with time zone NOT NULL,
    since date NOT NULL,
    until date NOT NULL,
    brief json NOT NULL,
    sheet json NOT NULL
);


--
-- Name: month_end_sheet_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.month_end_sheet_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: month_end_sheet_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.month_end_sheet_id_seq OWNED BY public.month_end_sheet.id;


--
-- Name: organisation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.organisation (
    id integer NOT NULL,
    xero_id character varying(64) NOT NULL,
    name character varying(255) NOT NULL,
    reference json NOT NULL,
    reference_at timestamp with time zone,
    mapping json,
    mapping_saved_at timestamp with time zone,
    mapping_saved_by character varying(255),
    watermark timestamp with time zone,
    swept_at timestamp with time zone
);


--
-- Name: organisation_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.organisation_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: organisation_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.organisation_id_seq OWNED BY public.organisation.id;


--
-- Name: paid_delay; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.paid_delay (
    up_to integer NOT NULL,
    invoices bigint NOT NULL,
    seconds bigint NOT NULL
);


--
-- Name: portal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.portal (
    id integer NOT NULL,
    member_id character varying(64) NOT NULL,
    category_ids json NOT NULL,
    application_token text,
    template_ids json DEFAULT '[]'::json NOT NULL,
    uninstall_told_at timestamp with time zone,
    invoice_kinds json DEFAULT '["smart"]'::json NOT NULL,
    kinds_told_at timestamp with time zone,
    moves_seen_to integer DEFAULT 0 NOT NULL
);


--
-- Name: portal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.portal_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: portal_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.portal_id_seq OWNED BY public.portal.id;


--
-- Name: product_draft; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.product_draft (
    user_id integer NOT NULL,
    "values" json NOT NULL
);


--
-- Name: saved_set_up; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.saved_set_up (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    "values" json NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by character varying(255) NOT NULL
);


--
-- Name: saved_set_up_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.saved_set_up_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: saved_set_up_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.saved_set_up_id_seq OWNED BY public.saved_set_up.id;


--
-- Name: service_login; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.service_login (
    organisation_id integer NOT NULL,
    user_id integer NOT NULL,
    access_token text,
    refresh_token text,
    connection_id character varying(64) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    given_at timestamp with time zone NOT NULL,
    renewed_at timestamp with time zone NOT NULL,
    renewing_until timestamp with time zone,
    version integer NOT NULL
);


--
-- Name: session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.session (
    id integer NOT NULL,
    id_hash character varying(64) NOT NULL,
    user_id integer NOT NULL,
    kind character varying(8) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying(16) NOT NULL,
    left_with bigint
);


--
-- Name: session_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.session_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: session_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.session_id_seq OWNED BY public.session.id;


--
-- Name: set_aside; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.set_aside (
    id integer NOT NULL,
    organisation_id integer NOT NULL,
    bitrix24_id integer NOT NULL,
    user_id integer,
    reason text NOT NULL,
    facts json NOT NULL,
    at timestamp with time zone NOT NULL
);


--
-- Name: set_aside_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.set_aside_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: set_aside_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.set_aside_id_seq OWNED BY public.set_aside.id;


--
-- Name: set_up_draft; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.set_up_draft (
    user_id integer NOT NULL,
    organisation_id integer NOT NULL,
    "values" json NOT NULL
);


--
-- Name: sync_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sync_entry (
    id integer NOT NULL,
    run_id integer,
    organisation_id integer NOT NULL,
    user_id integer,
    kind character varying(8) NOT NULL,
    bitrix24_id integer NOT NULL,
    number text NOT NULL,
    outcome character varying(16) NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    problems json NOT NULL,
    facts json NOT NULL,
    milliseconds integer NOT NULL,
    at timestamp with time zone NOT NULL
);


--
-- Name: sync_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.sync_entry_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: sync_entry_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.sync_entry_id_seq OWNED BY public.sync_entry.id;


--
-- Name: sync_run; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sync_run (
    id integer NOT NULL,
    kind character varying(8) NOT NULL,
    user_id integer NOT NULL,
    organisation_id integer NOT NULL,
    state character varying(16) NOT NULL,
    asked json NOT NULL,
    stop_asked boolean NOT NULL,
    total integer NOT NULL,
    done integer NOT NULL,
    counts json NOT NULL,
    problems json NOT NULL,
    waits_for character varying(16),
    resume_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    lease character varying(36),
    lease_until timestamp with time zone,
    waits_since timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    lost integer DEFAULT 0 NOT NULL,
    by_service boolean DEFAULT false NOT NULL
);


--
-- Name: sync_run_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.sync_run_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: sync_run_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.sync_run_id_seq OWNED BY public.sync_run.id;


--
-- Name: user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."user" (
    id integer NOT NULL,
    bitrix24_id integer NOT NULL,
    name character varying(255) NOT NULL,
    is_admin boolean NOT NULL,
    rows_per_page integer NOT NULL,
    last_organisation_id integer,
    admin_told_at timestamp with time zone
);


--
-- Name: user_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.user_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: user_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.user_id_seq OWNED BY public."user".id;


--
-- Name: worker_process; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.worker_process (
    name character varying(128) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);


--
-- Name: xero_login; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.xero_login (
    user_id integer NOT NULL,
    organisation_id integer,
    access_token text,
    connection_id character varying(64) NOT NULL,
    choices json NOT NULL,
    started_at timestamp with time zone,
    ends_at timestamp with time zone NOT NULL
);


--
-- Name: access_event id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_event ALTER COLUMN id SET DEFAULT nextval('public.access_event_id_seq'::regclass);


--
-- Name: backup id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.backup ALTER COLUMN id SET DEFAULT nextval('public.backup_id_seq'::regclass);


--
-- Name: contact_link id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_link ALTER COLUMN id SET DEFAULT nextval('public.contact_link_id_seq'::regclass);


--
-- Name: found_invoice id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.found_invoice ALTER COLUMN id SET DEFAULT nextval('public.found_invoice_id_seq'::regclass);


--
-- Name: intent id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intent ALTER COLUMN id SET DEFAULT nextval('public.intent_id_seq'::regclass);


--
-- Name: invoice_link id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link ALTER COLUMN id SET DEFAULT nextval('public.invoice_link_id_seq'::regclass);


--
-- Name: item_link id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.item_link ALTER COLUMN id SET DEFAULT nextval('public.item_link_id_seq'::regclass);


--
-- Name: month_end_sheet id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.month_end_sheet ALTER COLUMN id SET DEFAULT nextval('public.month_end_sheet_id_seq'::regclass);


--
-- Name: organisation id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation ALTER COLUMN id SET DEFAULT nextval('public.organisation_id_seq'::regclass);


--
-- Name: portal id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.portal ALTER COLUMN id SET DEFAULT nextval('public.portal_id_seq'::regclass);


--
-- Name: saved_set_up id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_set_up ALTER COLUMN id SET DEFAULT nextval('public.saved_set_up_id_seq'::regclass);


--
-- Name: session id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session ALTER COLUMN id SET DEFAULT nextval('public.session_id_seq'::regclass);


--
-- Name: set_aside id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_aside ALTER COLUMN id SET DEFAULT nextval('public.set_aside_id_seq'::regclass);


--
-- Name: sync_entry id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_entry ALTER COLUMN id SET DEFAULT nextval('public.sync_entry_id_seq'::regclass);


--
-- Name: sync_run id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_run ALTER COLUMN id SET DEFAULT nextval('public.sync_run_id_seq'::regclass);


--
-- Name: user id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user" ALTER COLUMN id SET DEFAULT nextval('public.user_id_seq'::regclass);


--
-- Data for Name: access_event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.access_event VALUES (1, '2026-01-01 00:00:03.000001+00', 1, 'browser', 'signed_in', '');
INSERT INTO public.access_event VALUES (2, '2026-01-01 00:00:08.000001+00', 2, 'browser', 'signed_in', '');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0029');


--
-- Data for Name: automatic_sync; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.automatic_sync VALUES (1, true, '["DT31_7:S"]', NULL, NULL, NULL, NULL, NULL, NULL, '{}', 0, NULL, '{}', false, '{}', NULL, 0, false, false, NULL, '{}', false, '{}');


--
-- Data for Name: backup; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.backup VALUES (1, '2026-01-01 00:00:56.000001+00', 100000);


--
-- Data for Name: bitrix24_login; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bitrix24_login VALUES (1, 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', '2026-01-01 00:00:58.000001+00', '2026-01-01 00:00:02.000001+00', 1, NULL);
INSERT INTO public.bitrix24_login VALUES (2, 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', '2026-01-01 00:00:59.000001+00', '2026-01-01 00:00:07.000001+00', 1, NULL);


--
-- Data for Name: call_budget; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.call_budget VALUES ('xero 1', '{"recent": [1767225600.0, 1767225600.1], "level": 0.0, "level_at": 0.0, "under_way": {}, "closed": 0.0, "closed_for": 0.0, "parked": {}, "day_left": 990, "day_limit": 5000, "renews": 0.0, "heard": 1767225600.2, "probed": 0.0}');


--
-- Data for Name: call_count; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.call_count VALUES ('xero', 'get_invoices', 'answered', 3, 120);


--
-- Data for Name: check_result; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.check_result VALUES ('disk', 'well', 'well', '{"free": "10 GB"}', '2026-01-01 00:00:53.000001+00', '2026-01-01 00:00:54.000001+00', false);


--
-- Data for Name: contact_link; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contact_link VALUES (1, 1, 'company', 62, '8dc09044-4169-4f39-9c20-77c062d1d811', '2026-01-01 00:00:12.000001+00', false, '{"name": "Acme Plumbing", "email": "ap@acme.example", "phone": "", "tax_number": "", "address": "", "email_of": "", "requisite": ""}', '{"name": "Acme Plumbing", "email": "ap@acme.example", "phone": "", "tax_number": "", "address": ""}');


--
-- Data for Name: found_invoice; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.found_invoice VALUES (1, 1, 1, 'review', 7, 'INV-0007', '', '', '2026-03-04', 1150000, '', '', '', '', '', 'c3f2', '', '', NULL, '', NULL, NULL, NULL, NULL, NULL, '[]', NULL, NULL);


--
-- Data for Name: hour_count; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.hour_count VALUES (1, '2026-11-29 02:00:00+00', 'shown within 5', 1);
INSERT INTO public.hour_count VALUES (1, '2026-11-29 02:00:00+00', 'calls xero', 7);


--
-- Data for Name: intent; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.intent VALUES (1, 1, 1, 'contact', 'create', 'B24-CO-62', 'done', 'b24xero-1e2feb89-414c-443c-9027-c4d1c386bbc4', NULL, 'ff1a4ba153f0b451e5946c514aade3738baa43eb828d605eb23dde5cc738cc60', '{}', 'cd613e30-d8f1-4adf-91b7-584a2265b1f5', '8dc09044-4169-4f39-9c20-77c062d1d811', '2026-01-01 00:00:10.000001+00', '2026-01-01 00:00:10.000001+00', '2026-01-01 00:00:11.000001+00');
INSERT INTO public.intent VALUES (2, 1, 1, 'invoice', 'create', '241', 'done', 'b24xero-78e51061-7311-48a3-82ce-6f447ed4d57b', NULL, '39089720b1eccc6014cd9e3668267efabe6b4276865abdb768674e7e50498326', '{}', 'cd613e30-d8f1-4adf-91b7-584a2265b1f5', 'f9490547-9f05-45e4-9fd3-5dd96df65c7b', '2026-01-01 00:00:13.000001+00', '2026-01-01 00:00:13.000001+00', '2026-01-01 00:00:14.000001+00');
INSERT INTO public.intent VALUES (5, 1, 1, 'product', 'create', '35bf992d-c9e9-4616-a12e-7696a6cecc1b', 'done', 'b24xero-cd447e35-b8b6-48fe-842e-3d437204e52d', NULL, '78d78779801fcb2557beb203c4ed516de5bc9646f1755aac96b801f28301ac06', '{}', '', '1267', '2026-01-01 00:00:19.000001+00', '2026-01-01 00:00:20.000001+00', '2026-01-01 00:00:21.000001+00');
INSERT INTO public.intent VALUES (4, 1, 1, 'price', 'create', '35bf992d-c9e9-4616-a12e-7696a6cecc1b', 'done', 'b24xero-1a2b8f1f-f1fd-42a2-9755-d4c13a902931', NULL, '56fbb136beb4f851d44561ca773774484f06e8b8d4ce79ac8641c87aa890fb30', '{}', '', '807', '2026-01-01 00:00:18.000001+00', '2026-01-01 00:00:22.000001+00', '2026-01-01 00:00:23.000001+00');
INSERT INTO public.intent VALUES (3, 1, 1, 'item', 'create', '35bf992d-c9e9-4616-a12e-7696a6cecc1b', 'done', 'b24xero-05b6e6e3-07d4-4edc-9143-1193e6c3f339', NULL, '420c4a5b2b46b2ec89962968564b4811bdefaaed07cea5a5016fe8f7ee0cf69f', '{}', '', '1df17d38-751d-44d5-9dc1-1a81859e907c', '2026-01-01 00:00:17.000001+00', '2026-01-01 00:00:24.000001+00', '2026-01-01 00:00:25.000001+00');
INSERT INTO public.intent VALUES (6, 1, 1, 'invoice', 'create', '242', 'done', 'b24xero-c381e88f-38c0-48fd-8712-b8bc076f3787', NULL, '60595e1633189e8a8c2f0adc57cc7b87a19d74986208b156d36d5b8199a2f966', '{}', 'run-1', '8a40bb42-bf10-4f5d-a4ec-fc8879503168', '2026-01-01 00:00:32.000001+00', '2026-01-01 00:00:32.000001+00', '2026-01-01 00:00:34.000001+00');
INSERT INTO public.intent VALUES (7, 1, 1, 'stage', 'update', '241', 'done', 'b24xero-f3c64af7-75a8-4294-82cd-789a380208a9', NULL, 'a08cbf8453f6f7d1c42270ed15a32e76ed1758b6c9675adc97188c3859b4ed4c', '{}', 'run-2', '', '2026-01-01 00:00:40.000001+00', '2026-01-01 00:00:40.000001+00', '2026-01-01 00:00:41.000001+00');


--
-- Data for Name: invoice_link; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.invoice_link VALUES (2, 1, 242, NULL, NULL, NULL, '22bbd966a2ef344246be3bda95b46cefb3b19335d61556827dbbf33370fadc37', '{"1781": "6f2d3839-cb58-4d3b-afdc-377e19650eb4", "1782": "684abf18-dcab-40d9-bab8-43908a7f42b2"}', '[]', false, '2026-01-01 00:00:31.000001+00', 1, '8a40bb42-bf10-4f5d-a4ec-fc8879503168', 'INV-0414', 'AUTHORISED', 2990000, 2990000, 0, '2026-12-06', 'run-1', 'created', 'awaiting', NULL, false, '{"Type": "ACCREC", "Date": "2026-11-29", "DueDate": "2026-12-06", "LineAmountTypes": "Exclusive", "CurrencyCode": "NZD", "Reference": "Bathroom, upper floor", "Url": "http://localhost:18471/bitrix24/crm/type/31/details/242/", "LineItems": [{"Description": "Consulting hour", "Quantity": 2.0, "UnitAmount": 100.0, "AccountCode": "200", "TaxType": "OUTPUT2", "LineItemID": "6f2d3839-cb58-4d3b-afdc-377e19650eb4"}, {"Description": "Copper pipe, 15 mm", "Quantity": 7.5, "UnitAmount": 8.0, "AccountCode": "200", "TaxType": "OUTPUT2", "LineItemID": "684abf18-dcab-40d9-bab8-43908a7f42b2"}], "InvoiceNumber": "INV-0414", "Contact": {"ContactID": "8dc09044-4169-4f39-9c20-77c062d1d811"}, "DaysAreRight": true, "Filled": []}', '', '[]', '{"number": "INV-0414", "title": "Bathroom, upper floor", "date": "2026-11-29", "due_date": "2026-12-06", "currency": "NZD", "total": "299.00", "customer": "62/0"}', 2990000, 0, '[]', NULL, '2026-01-01 00:00:33.000001+00');
INSERT INTO public.invoice_link VALUES (1, 1, 241, NULL, NULL, NULL, '46c42084011e0f1c7c018e5f2ec6c59967e5ae7ca5e7768a2e7ac8197789a409', '{"1779": "ff9db68e-8f6b-45c6-a3cf-44ef37e1ef1c", "1780": "750c06ce-2d8a-4613-80a2-3bb4e9afeca4"}', '[]', false, '2026-01-01 00:00:09.000001+00', 1, 'f9490547-9f05-45e4-9fd3-5dd96df65c7b', 'INV-0413', 'PAID', 2990000, 0, 2990000, '2026-12-06', 'cd613e30-d8f1-4adf-91b7-584a2265b1f5', 'created', 'paid', 'DT31_7:P', false, '{"Type": "ACCREC", "Date": "2026-11-29", "DueDate": "2026-12-06", "LineAmountTypes": "Exclusive", "CurrencyCode": "NZD", "Reference": "Bathroom, upper floor", "Url": "http://localhost:18471/bitrix24/crm/type/31/details/241/", "LineItems": [{"Description": "Consulting hour", "Quantity": 2.0, "UnitAmount": 100.0, "AccountCode": "200", "TaxType": "OUTPUT2", "LineItemID": "ff9db68e-8f6b-45c6-a3cf-44ef37e1ef1c"}, {"Description": "Copper pipe, 15 mm", "Quantity": 7.5, "UnitAmount": 8.0, "AccountCode": "200", "TaxType": "OUTPUT2", "LineItemID": "750c06ce-2d8a-4613-80a2-3bb4e9afeca4"}], "InvoiceNumber": "INV-0413", "Contact": {"ContactID": "8dc09044-4169-4f39-9c20-77c062d1d811"}, "DaysAreRight": true, "Filled": []}', '', '[]', '{"number": "INV-0413", "title": "Bathroom, upper floor", "date": "2026-11-29", "due_date": "2026-12-06", "currency": "NZD", "total": "299.00", "customer": "62/0"}', 2990000, 0, '[{"amount": "299.0", "day": "2026-11-29", "reference": ""}]', '2026-11-29', '2026-01-01 00:00:16.000001+00');
INSERT INTO public.invoice_link VALUES (3, 1, 243, NULL, NULL, NULL, NULL, '{}', '[{"code": "tax_rate_unmapped", "values": {"rate": "12.5", "lines": "1"}}]', true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, NULL, '', NULL, NULL, NULL, 0, NULL, NULL, NULL);


--
-- Data for Name: item_link; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.item_link VALUES (1, 1, 1267, '1df17d38-751d-44d5-9dc1-1a81859e907c', 'SHELF-OAK-1200', '2026-01-01 00:00:27.000001+00', '200', 'OUTPUT2', '2026-01-01 00:00:26.000001+00', false);


--
-- Data for Name: kept_reading; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.kept_reading VALUES (1, '2026-01-01 00:00:52.000001+00', '\x7b7d');


--
-- Data for Name: month_end_sheet; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.month_end_sheet VALUES (1, 1, 1, 3, 'Mere Tautahi', '2026-01-01 00:00:45.000001+00', '2026-01-01', '2026-12-31', '{"agrees": false, "agreeing": 2, "belongs": {"count": 93, "amounts": {"NZD": "392878.40", "AUD": "18268.73", "USD": "15732.20"}}, "there": {"count": 37, "amounts": {"NZD": "66370.56"}}, "unexplained": {"count": 0, "amounts": {"NZD": "0.00", "AUD": "0.00", "USD": "0.00"}}, "kinds": {"ready": 90, "stopped": 1, "only_there": 35}, "whole": true}', '{"since": "2026-01-01", "until": "2026-12-31", "here": {"count": 244, "amounts": {"NZD": "1073321.66", "AUD": "35677.93", "USD": "41231.31"}}, "there": {"count": 37, "amounts": {"NZD": "66370.56"}}, "lines": [{"kind": "not_sent", "number": "INV-0173", "customer": "Smith, Jones & Ngata Solicitors", "day": "2026-08-21", "currency": "NZD", "here": "228.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-228.00"}}, "bitrix24_id": 1, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0174", "customer": "A1 Scaffolding (Nelson) Ltd", "day": "2026-08-21", "currency": "NZD", "here": "14633.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-14633.75"}}, "bitrix24_id": 2, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0175", "customer": "Li Wei", "day": "2026-08-22", "currency": "NZD", "here": "1194.51", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1194.51"}}, "bitrix24_id": 3, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0176", "customer": "Whakat\u016b Marae Komiti", "day": "2026-08-22", "currency": "NZD", "here": "2044.76", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2044.76"}}, "bitrix24_id": 4, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0177", "customer": "Motueka Community House", "day": "2026-08-23", "currency": "NZD", "here": "13459.66", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-13459.66"}}, "bitrix24_id": 5, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0178", "customer": "Ng\u0101ti R\u0101rua \u0100tiawa Iwi Trust", "day": "2026-08-23", "currency": "NZD", "here": "9151.37", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9151.37"}}, "bitrix24_id": 6, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0179", "customer": "Pelorus Lodge (trading as Sounds Retreats NZ)", "day": "2026-08-24", "currency": "NZD", "here": "1075.25", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1075.25"}}, "bitrix24_id": 7, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0180", "customer": "Founders'' \"Old Mill\" Brewery", "day": "2026-08-24", "currency": "NZD", "here": "2955.96", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2955.96"}}, "bitrix24_id": 8, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0181", "customer": "K\u014dwhai & Stone Architects", "day": "2026-08-24", "currency": "NZD", "here": "2655.21", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2655.21"}}, "bitrix24_id": 9, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0182", "customer": "Sarah Mitchell", "day": "2026-08-25", "currency": "NZD", "here": "4119.98", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4119.98"}}, "bitrix24_id": 10, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0183", "customer": "Port Hills Property Partners", "day": "2026-08-25", "currency": "NZD", "here": "585.84", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-585.84"}}, "bitrix24_id": 11, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0184", "customer": "Siobh\u00e1n O''Rourke", "day": "2026-08-26", "currency": "NZD", "here": "6116.36", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6116.36"}}, "bitrix24_id": 12, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0185", "customer": "Brightwater Builders Ltd", "day": "2026-08-26", "currency": "NZD", "here": "97.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-97.75"}}, "bitrix24_id": 13, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0186", "customer": "Kaiteriteri Holiday Park", "day": "2026-08-26", "currency": "NZD", "here": "10270.16", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-10270.16"}}, "bitrix24_id": 14, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0187", "customer": "Te Whare Pu\u0101wai Early Learning Centre Trust", "day": "2026-08-27", "currency": "NZD", "here": "4306.26", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4306.26"}}, "bitrix24_id": 15, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0188", "customer": "Seddon Area School", "day": "2026-08-27", "currency": "NZD", "here": "12615.63", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-12615.63"}}, "bitrix24_id": 16, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0189", "customer": "Waimea Gardens Landscaping Ltd", "day": "2026-08-28", "currency": "NZD", "here": "1945.31", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1945.31"}}, "bitrix24_id": 17, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0190", "customer": "The Trustees of the Upper Moutere, Tasman & Lower Motueka Valleys Combined Memorial Hall and Recreation Reserve Trust", "day": "2026-08-28", "currency": "NZD", "here": "505.12", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-505.12"}}, "bitrix24_id": 18, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0191", "customer": "Mussel Inn (\u014cnekaka) Ltd", "day": "2026-08-29", "currency": "NZD", "here": "7046.98", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7046.98"}}, "bitrix24_id": 19, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0192", "customer": "Whakat\u016b Marae Komiti", "day": "2026-08-29", "currency": "NZD", "here": "12801.94", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-12801.94"}}, "bitrix24_id": 20, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0193", "customer": "Ravi Chandrasekaran", "day": "2026-08-29", "currency": "NZD", "here": "6823.30", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6823.30"}}, "bitrix24_id": 21, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0194", "customer": "D''Urville Island Charters", "day": "2026-08-30", "currency": "NZD", "here": "332.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-332.50"}}, "bitrix24_id": 22, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0195", "customer": "Tasman Bay Estates Ltd", "day": "2026-08-30", "currency": "NZD", "here": "7052.62", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7052.62"}}, "bitrix24_id": 23, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0196", "customer": "Bays & Beyond Boatbuilders", "day": "2026-08-31", "currency": "NZD", "here": "5450.37", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5450.37"}}, "bitrix24_id": 24, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0197", "customer": "Stoke Veterinary Clinic", "day": "2026-08-31", "currency": "NZD", "here": "6079.88", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6079.88"}}, "bitrix24_id": 25, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0198", "customer": "O\u2019Connell & Sons Builders", "day": "2026-08-31", "currency": "NZD", "here": "2420.91", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2420.91"}}, "bitrix24_id": 26, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0199", "customer": "Whakat\u016b Marae Komiti", "day": "2026-09-01", "currency": "NZD", "here": "1766.40", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1766.40"}}, "bitrix24_id": 27, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0200", "customer": "Ng\u0101ti R\u0101rua \u0100tiawa Iwi Trust", "day": "2026-09-01", "currency": "NZD", "here": "2072.88", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2072.88"}}, "bitrix24_id": 28, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0201", "customer": "H\u0101puku Lodge + Tree Houses", "day": "2026-09-02", "currency": "NZD", "here": "1138.36", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1138.36"}}, "bitrix24_id": 29, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0202", "customer": "Nelson Hospice Trust", "day": "2026-09-02", "currency": "NZD", "here": "5577.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5577.50"}}, "bitrix24_id": 30, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0203", "customer": "O\u2019Connell & Sons Builders", "day": "2026-09-03", "currency": "NZD", "here": "1941.86", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1941.86"}}, "bitrix24_id": 31, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0204", "customer": "Whakat\u016b Marae Komiti", "day": "2026-09-03", "currency": "NZD", "here": "1150.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1150.00"}}, "bitrix24_id": 32, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0205", "customer": "Cuba & Ghuznee Hospitality Group", "day": "2026-09-03", "currency": "NZD", "here": "2079.06", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2079.06"}}, "bitrix24_id": 33, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0206", "customer": "Lambton Quay Fitouts Limited", "day": "2026-09-04", "currency": "NZD", "here": "2578.78", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2578.78"}}, "bitrix24_id": 34, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0207", "customer": "Coastline Builders Ltd", "day": "2026-09-04", "currency": "NZD", "here": "801.67", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-801.67"}}, "bitrix24_id": 35, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0208", "customer": "Nelson City Council \u2013 Parks & Facilities", "day": "2026-09-05", "currency": "NZD", "here": "1618.66", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1618.66"}}, "bitrix24_id": 36, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0209", "customer": "Sunny Side Caf\u00e9 \ud83c\udf3b", "day": "2026-09-05", "currency": "NZD", "here": "13348.86", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-13348.86"}}, "bitrix24_id": 37, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0210", "customer": "T\u0101hunanui Surf Life Saving Club", "day": "2026-09-05", "currency": "NZD", "here": "2557.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2557.75"}}, "bitrix24_id": 38, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0211", "customer": "Abel Tasman Kayak Base Ltd", "day": "2026-09-06", "currency": "NZD", "here": "818.90", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-818.90"}}, "bitrix24_id": 39, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0212", "customer": "Cloudy Bay Barrel Works", "day": "2026-09-06", "currency": "NZD", "here": "2652.17", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2652.17"}}, "bitrix24_id": 40, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0213", "customer": "Avonside Heritage Restoration", "day": "2026-09-07", "currency": "NZD", "here": "9360.91", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9360.91"}}, "bitrix24_id": 41, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0214", "customer": "Cuba & Ghuznee Hospitality Group", "day": "2026-09-07", "currency": "NZD", "here": "1087.47", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1087.47"}}, "bitrix24_id": 42, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0215", "customer": "Stoke Veterinary Clinic", "day": "2026-09-08", "currency": "NZD", "here": "5848.73", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5848.73"}}, "bitrix24_id": 43, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0216", "customer": "Siobh\u00e1n O''Rourke", "day": "2026-09-08", "currency": "NZD", "here": "1875.24", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1875.24"}}, "bitrix24_id": 44, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0217", "customer": "Fyfe Family Trust", "day": "2026-09-08", "currency": "NZD", "here": "777.26", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-777.26"}}, "bitrix24_id": 45, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0218", "customer": "Motueka Community House", "day": "2026-09-09", "currency": "NZD", "here": "4435.16", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4435.16"}}, "bitrix24_id": 46, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0219", "customer": "Tasman Bay Estates Ltd", "day": "2026-09-09", "currency": "NZD", "here": "6422.66", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6422.66"}}, "bitrix24_id": 47, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0220", "customer": "Omaka Aviation Heritage", "day": "2026-09-10", "currency": "NZD", "here": "8353.60", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8353.60"}}, "bitrix24_id": 48, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0221", "customer": "Kaiteriteri Holiday Park", "day": "2026-09-10", "currency": "NZD", "here": "13798.39", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-13798.39"}}, "bitrix24_id": 49, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0222", "customer": "Cloudy Bay Barrel Works", "day": "2026-09-11", "currency": "NZD", "here": "12183.52", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-12183.52"}}, "bitrix24_id": 50, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0223", "customer": "Omaka Aviation Heritage", "day": "2026-09-11", "currency": "NZD", "here": "9627.66", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9627.66"}}, "bitrix24_id": 51, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0224", "customer": "Tasman Bay Estates Ltd", "day": "2026-09-11", "currency": "NZD", "here": "1389.20", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1389.20"}}, "bitrix24_id": 52, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0225", "customer": "Wairau Valley Wine Estate Ltd", "day": "2026-09-12", "currency": "NZD", "here": "3087.35", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3087.35"}}, "bitrix24_id": 53, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0226", "customer": "Wakefield School Board of Trustees", "day": "2026-09-12", "currency": "NZD", "here": "1489.61", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1489.61"}}, "bitrix24_id": 54, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0227", "customer": "Trafalgar Dental <Nelson>", "day": "2026-09-13", "currency": "NZD", "here": "7397.39", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7397.39"}}, "bitrix24_id": 55, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0228", "customer": "Wakefield School Board of Trustees", "day": "2026-09-13", "currency": "NZD", "here": "14744.44", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-14744.44"}}, "bitrix24_id": 56, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0229", "customer": "Founders'' \"Old Mill\" Brewery", "day": "2026-09-13", "currency": "NZD", "here": "660.96", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-660.96"}}, "bitrix24_id": 57, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0230", "customer": "M\u0101pua Wharf Traders Inc.", "day": "2026-09-14", "currency": "NZD", "here": "4232.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4232.00"}}, "bitrix24_id": 58, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0231", "customer": "Bondi Shopfitters Pty Ltd", "day": "2026-09-14", "currency": "AUD", "here": "2100.65", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-2100.65"}}, "bitrix24_id": 59, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0232", "customer": "Nelson City Council \u2013 Parks & Facilities", "day": "2026-09-15", "currency": "NZD", "here": "1658.77", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1658.77"}}, "bitrix24_id": 60, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0233", "customer": "Smith, Jones & Ngata Solicitors", "day": "2026-09-15", "currency": "NZD", "here": "6948.09", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6948.09"}}, "bitrix24_id": 61, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0234", "customer": "Waimea Gardens Ltd", "day": "2026-09-16", "currency": "NZD", "here": "1177.60", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1177.60"}}, "bitrix24_id": 62, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0235", "customer": "Suter Gallery Te Aratoi o Whakat\u016b", "day": "2026-09-16", "currency": "NZD", "here": "3658.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3658.00"}}, "bitrix24_id": 63, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0236", "customer": "Ng\u0101ti R\u0101rua \u0100tiawa Iwi Trust", "day": "2026-09-16", "currency": "NZD", "here": "7832.35", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7832.35"}}, "bitrix24_id": 64, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0237", "customer": "Golden Bay Kindergarten Association", "day": "2026-09-17", "currency": "NZD", "here": "9707.54", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9707.54"}}, "bitrix24_id": 65, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0238", "customer": "K\u014dwhai & Stone Architects", "day": "2026-09-17", "currency": "NZD", "here": "2689.82", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2689.82"}}, "bitrix24_id": 66, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0239", "customer": "D''Urville Island Charters", "day": "2026-09-18", "currency": "NZD", "here": "14257.53", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-14257.53"}}, "bitrix24_id": 67, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0240", "customer": "H\u0101puku Lodge + Tree Houses", "day": "2026-09-18", "currency": "NZD", "here": "126.48", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-126.48"}}, "bitrix24_id": 68, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0241", "customer": "Redwood & Daughter, Inc.", "day": "2026-09-18", "currency": "USD", "here": "1478.40", "there": null, "effect": {"count": -1, "amounts": {"USD": "-1478.40"}}, "bitrix24_id": 69, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0242", "customer": "Hope Joinery Supplies", "day": "2026-09-19", "currency": "NZD", "here": "2083.80", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2083.80"}}, "bitrix24_id": 70, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0243", "customer": "Lake Rotoiti Adventure Base", "day": "2026-09-19", "currency": "NZD", "here": "412.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-412.00"}}, "bitrix24_id": 71, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0244", "customer": "Peter Blackwood", "day": "2026-09-20", "currency": "NZD", "here": "5306.39", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5306.39"}}, "bitrix24_id": 72, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0245", "customer": "Sarah Mitchell", "day": "2026-09-20", "currency": "NZD", "here": "3913.32", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3913.32"}}, "bitrix24_id": 73, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0246", "customer": "Mussel Inn (\u014cnekaka) Ltd", "day": "2026-09-21", "currency": "NZD", "here": "6451.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6451.50"}}, "bitrix24_id": 74, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0247", "customer": "Te Whare Pu\u0101wai Early Learning Centre Trust", "day": "2026-09-21", "currency": "NZD", "here": "3950.47", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3950.47"}}, "bitrix24_id": 75, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0248", "customer": "Harbourside Galleries Australia", "day": "2026-09-21", "currency": "AUD", "here": "318.40", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-318.40"}}, "bitrix24_id": 76, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0249", "customer": "P\u014dhutukawa Rest Home 2016 Limited", "day": "2026-09-22", "currency": "NZD", "here": "8976.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8976.50"}}, "bitrix24_id": 77, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0250", "customer": "", "day": "2026-09-22", "currency": "NZD", "here": "2294.08", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2294.08"}}, "bitrix24_id": 78, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0251", "customer": "Nelson City Council \u2013 Parks & Facilities", "day": "2026-09-23", "currency": "NZD", "here": "5394.96", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5394.96"}}, "bitrix24_id": 79, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0252", "customer": "Sarah Mitchell", "day": "2026-09-23", "currency": "NZD", "here": "1076.12", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1076.12"}}, "bitrix24_id": 80, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0253", "customer": "Green Gables Tiny Homes Ltd", "day": "2026-09-23", "currency": "NZD", "here": "6872.79", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6872.79"}}, "bitrix24_id": 81, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0254", "customer": "Sarah Mitchell", "day": "2026-09-24", "currency": "NZD", "here": "5369.51", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5369.51"}}, "bitrix24_id": 82, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0255", "customer": "Green Gables Tiny Homes Ltd", "day": "2026-09-24", "currency": "NZD", "here": "1083.30", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1083.30"}}, "bitrix24_id": 83, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0256", "customer": "A1 Scaffolding (Nelson) Ltd", "day": "2026-09-25", "currency": "NZD", "here": "345.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-345.00"}}, "bitrix24_id": 84, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0257", "customer": "Yarra Fine Furniture Pty Ltd", "day": "2026-09-25", "currency": "AUD", "here": "10340.90", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-10340.90"}}, "bitrix24_id": 85, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0258", "customer": "J. & P. van der Merwe", "day": "2026-09-26", "currency": "NZD", "here": "7852.55", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7852.55"}}, "bitrix24_id": 86, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0259", "customer": "Smith, Jones & Ngata Solicitors", "day": "2026-09-26", "currency": "NZD", "here": "391.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-391.00"}}, "bitrix24_id": 87, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0260", "customer": "M\u0101pua Wharf Traders Inc.", "day": "2026-09-26", "currency": "NZD", "here": "1882.60", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1882.60"}}, "bitrix24_id": 88, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0261", "customer": "Seddon Area School", "day": "2026-09-27", "currency": "NZD", "here": "8476.05", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8476.05"}}, "bitrix24_id": 89, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0262", "customer": "Aro Valley Housing Co-op", "day": "2026-09-27", "currency": "NZD", "here": "240.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-240.00"}}, "bitrix24_id": 90, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0263", "customer": "Cuba & Ghuznee Hospitality Group", "day": "2026-09-28", "currency": "NZD", "here": "7370.48", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7370.48"}}, "bitrix24_id": 91, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0264", "customer": "Harbourside Galleries Australia", "day": "2026-09-28", "currency": "AUD", "here": "2175.65", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-2175.65"}}, "bitrix24_id": 92, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0265", "customer": "Bondi Shopfitters Pty Ltd", "day": "2026-09-28", "currency": "AUD", "here": "278.60", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-278.60"}}, "bitrix24_id": 93, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0266", "customer": "Port Hills Property Partners", "day": "2026-09-29", "currency": "NZD", "here": "3050.49", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3050.49"}}, "bitrix24_id": 94, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0267", "customer": "Stoke Veterinary Clinic", "day": "2026-09-29", "currency": "NZD", "here": "2683.26", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2683.26"}}, "bitrix24_id": 95, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0268", "customer": "Fyfe Family Trust", "day": "2026-09-30", "currency": "NZD", "here": "10192.85", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-10192.85"}}, "bitrix24_id": 96, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0269", "customer": "Bays & Beyond Boatbuilders", "day": "2026-09-30", "currency": "NZD", "here": "2369.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2369.00"}}, "bitrix24_id": 97, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0270", "customer": "Rabbit Island Equestrian Centre", "day": "2026-10-01", "currency": "NZD", "here": "97.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-97.75"}}, "bitrix24_id": 98, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0271", "customer": "Peter Blackwood", "day": "2026-10-01", "currency": "NZD", "here": "17946.15", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-17946.15"}}, "bitrix24_id": 99, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0272", "customer": "Bronwyn Evans", "day": "2026-10-01", "currency": "NZD", "here": "1190.25", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1190.25"}}, "bitrix24_id": 100, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0273", "customer": "A1 Scaffolding (Nelson) Ltd", "day": "2026-10-02", "currency": "NZD", "here": "3886.22", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3886.22"}}, "bitrix24_id": 101, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0274", "customer": "Trafalgar Dental <Nelson>", "day": "2026-10-02", "currency": "NZD", "here": "5137.86", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5137.86"}}, "bitrix24_id": 102, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0275", "customer": "Abel Tasman Kayak Base Ltd", "day": "2026-10-03", "currency": "NZD", "here": "1965.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1965.75"}}, "bitrix24_id": 103, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0276", "customer": "Puget Sound Wooden Boat Foundation", "day": "2026-10-03", "currency": "USD", "here": "12441.55", "there": null, "effect": {"count": -1, "amounts": {"USD": "-12441.55"}}, "bitrix24_id": 104, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0277", "customer": "Waimea Gardens Ltd", "day": "2026-10-04", "currency": "NZD", "here": "332.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-332.50"}}, "bitrix24_id": 105, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0278", "customer": "A1 Scaffolding (Nelson) Ltd", "day": "2026-10-04", "currency": "NZD", "here": "8845.90", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8845.90"}}, "bitrix24_id": 106, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0279", "customer": "Hone Te Aika", "day": "2026-10-04", "currency": "NZD", "here": "1843.60", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1843.60"}}, "bitrix24_id": 107, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0280", "customer": "Te Whare Pu\u0101wai Early Learning Centre Trust", "day": "2026-10-05", "currency": "NZD", "here": "8104.03", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8104.03"}}, "bitrix24_id": 108, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0281", "customer": "Coastline Builders Ltd", "day": "2026-10-05", "currency": "NZD", "here": "767.05", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-767.05"}}, "bitrix24_id": 109, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0282", "customer": "Coastline Builders Ltd", "day": "2026-10-06", "currency": "NZD", "here": "9841.59", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9841.59"}}, "bitrix24_id": 110, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0283", "customer": "Brightwater Builders Ltd", "day": "2026-10-06", "currency": "NZD", "here": "4765.18", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4765.18"}}, "bitrix24_id": 111, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0284", "customer": "A1 Scaffolding (Nelson) Ltd", "day": "2026-10-06", "currency": "NZD", "here": "15576.85", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-15576.85"}}, "bitrix24_id": 112, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0285", "customer": "Kaiteriteri Holiday Park", "day": "2026-10-07", "currency": "NZD", "here": "332.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-332.50"}}, "bitrix24_id": 113, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0286", "customer": "Waimea Gardens Ltd", "day": "2026-10-07", "currency": "NZD", "here": "15863.14", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-15863.14"}}, "bitrix24_id": 114, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0287", "customer": "M\u0101pua Wharf Traders Inc.", "day": "2026-10-08", "currency": "NZD", "here": "1459.09", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1459.09"}}, "bitrix24_id": 115, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0288", "customer": "Siobh\u00e1n O''Rourke", "day": "2026-10-08", "currency": "NZD", "here": "1636.61", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1636.61"}}, "bitrix24_id": 116, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0289", "customer": "Fyfe Family Trust", "day": "2026-10-09", "currency": "NZD", "here": "6613.03", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6613.03"}}, "bitrix24_id": 117, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0290", "customer": "Brightwater Builders Ltd", "day": "2026-10-09", "currency": "NZD", "here": "9577.91", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9577.91"}}, "bitrix24_id": 118, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0291", "customer": "Brightwater Builders Ltd", "day": "2026-10-09", "currency": "NZD", "here": "2500.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2500.00"}}, "bitrix24_id": 119, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0292", "customer": "Siobh\u00e1n O''Rourke", "day": "2026-10-10", "currency": "NZD", "here": "848.03", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-848.03"}}, "bitrix24_id": 120, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0293", "customer": "Coastline Builders Ltd", "day": "2026-10-10", "currency": "NZD", "here": "7059.86", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7059.86"}}, "bitrix24_id": 121, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0294", "customer": "Tasman Bay Estates Ltd", "day": "2026-10-11", "currency": "NZD", "here": "1158.05", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1158.05"}}, "bitrix24_id": 122, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0295", "customer": "Green Gables Tiny Homes Ltd", "day": "2026-10-11", "currency": "NZD", "here": "1538.49", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1538.49"}}, "bitrix24_id": 123, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0296", "customer": "Lake Rotoiti Adventure Base", "day": "2026-10-11", "currency": "NZD", "here": "366.36", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-366.36"}}, "bitrix24_id": 124, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0297", "customer": "P\u014dhutukawa Rest Home 2016 Limited", "day": "2026-10-12", "currency": "NZD", "here": "9828.68", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9828.68"}}, "bitrix24_id": 125, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0298", "customer": "Wakefield School Board of Trustees", "day": "2026-10-12", "currency": "NZD", "here": "3653.34", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3653.34"}}, "bitrix24_id": 126, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0299", "customer": "Victory Primary School", "day": "2026-10-13", "currency": "NZD", "here": "1628.23", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1628.23"}}, "bitrix24_id": 127, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0300", "customer": "P\u014dhutukawa Rest Home 2016 Limited", "day": "2026-10-13", "currency": "NZD", "here": "332.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-332.50"}}, "bitrix24_id": 128, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0301", "customer": "Puget Sound Wooden Boat Foundation", "day": "2026-10-14", "currency": "USD", "here": "2102.86", "there": null, "effect": {"count": -1, "amounts": {"USD": "-2102.86"}}, "bitrix24_id": 129, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0302", "customer": "Wairau Valley Wine Estate Ltd", "day": "2026-10-14", "currency": "NZD", "here": "986.83", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-986.83"}}, "bitrix24_id": 130, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0303", "customer": "Founders'' \"Old Mill\" Brewery", "day": "2026-10-14", "currency": "NZD", "here": "3477.59", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3477.59"}}, "bitrix24_id": 131, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0304", "customer": "P\u014dhutukawa Rest Home 2016 Limited", "day": "2026-10-15", "currency": "NZD", "here": "3121.96", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3121.96"}}, "bitrix24_id": 132, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0305", "customer": "Lambton Quay Fitouts Limited", "day": "2026-10-15", "currency": "NZD", "here": "9410.80", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9410.80"}}, "bitrix24_id": 133, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0306", "customer": "Yarra Fine Furniture Pty Ltd", "day": "2026-10-16", "currency": "AUD", "here": "4295.65", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-4295.65"}}, "bitrix24_id": 134, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0307", "customer": "Coastline Builders Ltd", "day": "2026-10-16", "currency": "NZD", "here": "1102.06", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1102.06"}}, "bitrix24_id": 135, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0308", "customer": "Stoke Veterinary Clinic", "day": "2026-10-16", "currency": "NZD", "here": "8921.08", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8921.08"}}, "bitrix24_id": 136, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0309", "customer": "O\u2019Connell & Sons Builders", "day": "2026-10-17", "currency": "NZD", "here": "2130.65", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2130.65"}}, "bitrix24_id": 137, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0310", "customer": "H\u0101puku Lodge + Tree Houses", "day": "2026-10-17", "currency": "NZD", "here": "14480.14", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-14480.14"}}, "bitrix24_id": 138, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0311", "customer": "Stoke Veterinary Clinic", "day": "2026-10-18", "currency": "NZD", "here": "5599.25", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5599.25"}}, "bitrix24_id": 139, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0312", "customer": "Trafalgar Dental <Nelson>", "day": "2026-10-18", "currency": "NZD", "here": "9623.80", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9623.80"}}, "bitrix24_id": 140, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0313", "customer": "Brightwater Builders Ltd", "day": "2026-10-19", "currency": "NZD", "here": "3983.30", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3983.30"}}, "bitrix24_id": 141, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0314", "customer": "Nelson City Council \u2013 Parks & Facilities", "day": "2026-10-19", "currency": "NZD", "here": "1305.77", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1305.77"}}, "bitrix24_id": 142, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0315", "customer": "Kaiteriteri Holiday Park", "day": "2026-10-19", "currency": "NZD", "here": "1766.40", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1766.40"}}, "bitrix24_id": 143, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0316", "customer": "Riwaka Hotel & Bar", "day": "2026-10-20", "currency": "NZD", "here": "3649.25", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3649.25"}}, "bitrix24_id": 144, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0317", "customer": "Trafalgar Dental <Nelson>", "day": "2026-10-20", "currency": "NZD", "here": "10300.32", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-10300.32"}}, "bitrix24_id": 145, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0318", "customer": "Bays & Beyond Boatbuilders", "day": "2026-10-21", "currency": "NZD", "here": "5135.05", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5135.05"}}, "bitrix24_id": 146, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0319", "customer": "Nelson City Council \u2013 Parks & Facilities", "day": "2026-10-21", "currency": "NZD", "here": "12279.90", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-12279.90"}}, "bitrix24_id": 147, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0320", "customer": "Lambton Quay Fitouts Limited", "day": "2026-10-22", "currency": "NZD", "here": "6181.96", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6181.96"}}, "bitrix24_id": 148, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0321", "customer": "Golden Bay Kindergarten Association", "day": "2026-10-22", "currency": "NZD", "here": "2298.10", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2298.10"}}, "bitrix24_id": 149, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0322", "customer": "D''Urville Island Charters", "day": "2026-10-22", "currency": "NZD", "here": "552.98", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-552.98"}}, "bitrix24_id": 150, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0323", "customer": "Trafalgar Dental <Nelson>", "day": "2026-10-23", "currency": "NZD", "here": "1924.73", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1924.73"}}, "bitrix24_id": 151, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0324", "customer": "Wairau Valley Wine Estate Ltd", "day": "2026-10-23", "currency": "NZD", "here": "1215.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1215.50"}}, "bitrix24_id": 152, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0325", "customer": "Motueka Community House", "day": "2026-10-24", "currency": "NZD", "here": "660.25", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-660.25"}}, "bitrix24_id": 153, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0326", "customer": "Cascade Ridge Timber Imports LLC", "day": "2026-10-24", "currency": "USD", "here": "3654.05", "there": null, "effect": {"count": -1, "amounts": {"USD": "-3654.05"}}, "bitrix24_id": 154, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0327", "customer": "Avonside Heritage Restoration", "day": "2026-10-24", "currency": "NZD", "here": "412.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-412.00"}}, "bitrix24_id": 155, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0328", "customer": "Cascade Ridge Timber Imports LLC", "day": "2026-10-25", "currency": "USD", "here": "2100.65", "there": null, "effect": {"count": -1, "amounts": {"USD": "-2100.65"}}, "bitrix24_id": 156, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0329", "customer": "H\u0101puku Lodge + Tree Houses", "day": "2026-10-25", "currency": "NZD", "here": "1126.20", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1126.20"}}, "bitrix24_id": 157, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0330", "customer": "Waimea Gardens Landscaping Ltd", "day": "2026-10-26", "currency": "NZD", "here": "327.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-327.75"}}, "bitrix24_id": 158, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0331", "customer": "Victory Primary School", "day": "2026-10-26", "currency": "NZD", "here": "2902.48", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2902.48"}}, "bitrix24_id": 159, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0332", "customer": "Motueka Community House", "day": "2026-10-27", "currency": "NZD", "here": "153.87", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-153.87"}}, "bitrix24_id": 160, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0333", "customer": "Coastline Builders Ltd", "day": "2026-10-27", "currency": "NZD", "here": "19782.83", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-19782.83"}}, "bitrix24_id": 161, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0334", "customer": "Coastline Builders Ltd", "day": "2026-10-27", "currency": "NZD", "here": "1208.01", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1208.01"}}, "bitrix24_id": 162, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0335", "customer": "Bondi Shopfitters Pty Ltd", "day": "2026-10-28", "currency": "AUD", "here": "2478.13", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-2478.13"}}, "bitrix24_id": 163, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0336", "customer": "Coastline Builders Ltd", "day": "2026-10-28", "currency": "NZD", "here": "2661.47", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2661.47"}}, "bitrix24_id": 164, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0337", "customer": "Coastline Builders Ltd", "day": "2026-10-29", "currency": "NZD", "here": "2415.16", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2415.16"}}, "bitrix24_id": 165, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0338", "customer": "Hope Joinery Supplies", "day": "2026-10-29", "currency": "NZD", "here": "1924.81", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1924.81"}}, "bitrix24_id": 166, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0339", "customer": "Abel Tasman Kayak Base Ltd", "day": "2026-10-29", "currency": "NZD", "here": "4335.01", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4335.01"}}, "bitrix24_id": 167, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0340", "customer": "Redwood & Daughter, Inc.", "day": "2026-10-30", "currency": "USD", "here": "1035.00", "there": null, "effect": {"count": -1, "amounts": {"USD": "-1035.00"}}, "bitrix24_id": 168, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0341", "customer": "Graham Fyfe", "day": "2026-10-30", "currency": "NZD", "here": "8658.01", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8658.01"}}, "bitrix24_id": 169, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0342", "customer": "D''Urville Island Charters", "day": "2026-10-31", "currency": "NZD", "here": "5280.92", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5280.92"}}, "bitrix24_id": 170, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0343", "customer": "Sarah Mitchell", "day": "2026-10-31", "currency": "NZD", "here": "1219.09", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1219.09"}}, "bitrix24_id": 171, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0344", "customer": "Sarah Mitchell", "day": "2026-11-01", "currency": "NZD", "here": "1914.78", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1914.78"}}, "bitrix24_id": 172, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0345", "customer": "Awaroa Lodge Holdings LP", "day": "2026-11-01", "currency": "NZD", "here": "736.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-736.00"}}, "bitrix24_id": 173, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0346", "customer": "Hope Joinery Supplies", "day": "2026-11-01", "currency": "NZD", "here": "412.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-412.00"}}, "bitrix24_id": 174, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0347", "customer": "Wairau Valley Wine Estate Ltd", "day": "2026-11-02", "currency": "NZD", "here": "4903.34", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4903.34"}}, "bitrix24_id": 175, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0348", "customer": "Ingrid S\u00f8rensen", "day": "2026-11-02", "currency": "NZD", "here": "5546.98", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5546.98"}}, "bitrix24_id": 176, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0349", "customer": "J. & P. van der Merwe", "day": "2026-11-03", "currency": "NZD", "here": "2436.36", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2436.36"}}, "bitrix24_id": 177, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0350", "customer": "Motueka Community House", "day": "2026-11-03", "currency": "NZD", "here": "7827.73", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7827.73"}}, "bitrix24_id": 178, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0351", "customer": "Mussel Inn (\u014cnekaka) Ltd", "day": "2026-11-03", "currency": "NZD", "here": "5577.50", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5577.50"}}, "bitrix24_id": 179, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0352", "customer": "Ingrid S\u00f8rensen", "day": "2026-11-04", "currency": "NZD", "here": "6804.03", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6804.03"}}, "bitrix24_id": 180, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0353", "customer": "The Trustees of the Upper Moutere, Tasman & Lower Motueka Valleys Combined Memorial Hall and Recreation Reserve Trust", "day": "2026-11-04", "currency": "NZD", "here": "10801.23", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-10801.23"}}, "bitrix24_id": 181, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0354", "customer": "Li Wei", "day": "2026-11-05", "currency": "NZD", "here": "5992.56", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5992.56"}}, "bitrix24_id": 182, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0355", "customer": "H\u0101puku Lodge + Tree Houses", "day": "2026-11-05", "currency": "NZD", "here": "1177.60", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1177.60"}}, "bitrix24_id": 183, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0356", "customer": "Stoke Veterinary Clinic", "day": "2026-11-06", "currency": "NZD", "here": "2668.83", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2668.83"}}, "bitrix24_id": 184, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0357", "customer": "Siobh\u00e1n O''Rourke", "day": "2026-11-06", "currency": "NZD", "here": "15513.86", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-15513.86"}}, "bitrix24_id": 185, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0358", "customer": "K\u014dwhai & Stone Architects", "day": "2026-11-06", "currency": "NZD", "here": "4210.07", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4210.07"}}, "bitrix24_id": 186, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0359", "customer": "The Trustees of the Upper Moutere, Tasman & Lower Motueka Valleys Combined Memorial Hall and Recreation Reserve Trust", "day": "2026-11-07", "currency": "NZD", "here": "7363.58", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7363.58"}}, "bitrix24_id": 187, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0360", "customer": "Verstappen & van Dijk Dairy", "day": "2026-11-07", "currency": "NZD", "here": "672.93", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-672.93"}}, "bitrix24_id": 188, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0361", "customer": "Bronwyn Evans", "day": "2026-11-08", "currency": "NZD", "here": "9163.34", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9163.34"}}, "bitrix24_id": 189, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0362", "customer": "Waimea Gardens Ltd", "day": "2026-11-08", "currency": "NZD", "here": "5901.41", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5901.41"}}, "bitrix24_id": 190, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0363", "customer": "Sunny Side Caf\u00e9 \ud83c\udf3b", "day": "2026-11-08", "currency": "NZD", "here": "4150.47", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4150.47"}}, "bitrix24_id": 191, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0364", "customer": "Ng\u0101ti R\u0101rua \u0100tiawa Iwi Trust", "day": "2026-11-09", "currency": "NZD", "here": "5383.92", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5383.92"}}, "bitrix24_id": 192, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0365", "customer": "Avonside Heritage Restoration", "day": "2026-11-09", "currency": "NZD", "here": "5942.99", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5942.99"}}, "bitrix24_id": 193, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0366", "customer": "Graham Fyfe", "day": "2026-11-10", "currency": "NZD", "here": "4490.59", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4490.59"}}, "bitrix24_id": 194, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0367", "customer": "Li Wei", "day": "2026-11-10", "currency": "NZD", "here": "11696.73", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-11696.73"}}, "bitrix24_id": 195, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0368", "customer": "Te Whare Pu\u0101wai Early Learning Centre Trust", "day": "2026-11-11", "currency": "NZD", "here": "9065.08", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9065.08"}}, "bitrix24_id": 196, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0369", "customer": "Ingrid S\u00f8rensen", "day": "2026-11-11", "currency": "NZD", "here": "6823.99", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6823.99"}}, "bitrix24_id": 197, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0370", "customer": "Ravi Chandrasekaran", "day": "2026-11-11", "currency": "NZD", "here": "2111.40", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2111.40"}}, "bitrix24_id": 198, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0371", "customer": "Nelson City Council \u2013 Parks & Facilities", "day": "2026-11-12", "currency": "NZD", "here": "248.26", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-248.26"}}, "bitrix24_id": 199, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0372", "customer": "Motueka Community House", "day": "2026-11-12", "currency": "NZD", "here": "4516.61", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4516.61"}}, "bitrix24_id": 200, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0373", "customer": "M\u0101ia H\u014dhepa", "day": "2026-11-13", "currency": "NZD", "here": "0.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "0.00"}}, "bitrix24_id": 201, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0374", "customer": "Waimea Gardens Ltd", "day": "2026-11-13", "currency": "NZD", "here": "5704.72", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5704.72"}}, "bitrix24_id": 202, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0375", "customer": "A1 Scaffolding (Nelson) Ltd", "day": "2026-11-14", "currency": "NZD", "here": "792.98", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-792.98"}}, "bitrix24_id": 203, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0376", "customer": "O\u2019Connell & Sons Builders", "day": "2026-11-14", "currency": "NZD", "here": "4131.63", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4131.63"}}, "bitrix24_id": 204, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0377", "customer": "Green Gables Tiny Homes Ltd", "day": "2026-11-14", "currency": "NZD", "here": "9104.91", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9104.91"}}, "bitrix24_id": 205, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0378", "customer": "Bondi Shopfitters Pty Ltd", "day": "2026-11-15", "currency": "AUD", "here": "12729.95", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-12729.95"}}, "bitrix24_id": 206, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0379", "customer": "Abel Tasman Kayak Base Ltd", "day": "2026-11-15", "currency": "NZD", "here": "6652.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6652.75"}}, "bitrix24_id": 207, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0380", "customer": "Coastline Builders Ltd", "day": "2026-11-16", "currency": "NZD", "here": "1632.75", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1632.75"}}, "bitrix24_id": 208, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0381", "customer": "Cascade Ridge Timber Imports LLC", "day": "2026-11-16", "currency": "USD", "here": "3280.00", "there": null, "effect": {"count": -1, "amounts": {"USD": "-3280.00"}}, "bitrix24_id": 209, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0382", "customer": "Green Gables Tiny Homes Ltd", "day": "2026-11-16", "currency": "NZD", "here": "3573.86", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-3573.86"}}, "bitrix24_id": 210, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0383", "customer": "Ravi Chandrasekaran", "day": "2026-11-17", "currency": "NZD", "here": "14713.81", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-14713.81"}}, "bitrix24_id": 211, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0384", "customer": "Green Gables Tiny Homes Ltd", "day": "2026-11-17", "currency": "NZD", "here": "4513.48", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-4513.48"}}, "bitrix24_id": 212, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0385", "customer": "M\u0101rahau Water Taxis", "day": "2026-11-18", "currency": "NZD", "here": "8659.96", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8659.96"}}, "bitrix24_id": 213, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0386", "customer": "Wairau Valley Wine Estate Ltd", "day": "2026-11-18", "currency": "NZD", "here": "1970.64", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1970.64"}}, "bitrix24_id": 214, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0387", "customer": "Wiremu P\u014dtae", "day": "2026-11-19", "currency": "NZD", "here": "6245.78", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6245.78"}}, "bitrix24_id": 215, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0388", "customer": "D''Urville Island Charters", "day": "2026-11-19", "currency": "NZD", "here": "7544.31", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7544.31"}}, "bitrix24_id": 216, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0389", "customer": "Abel Tasman Kayak Base Ltd", "day": "2026-11-19", "currency": "NZD", "here": "1297.92", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1297.92"}}, "bitrix24_id": 217, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0390", "customer": "Riwaka Hotel & Bar", "day": "2026-11-20", "currency": "NZD", "here": "1395.13", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1395.13"}}, "bitrix24_id": 218, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0391", "customer": "Redwood & Daughter, Inc.", "day": "2026-11-20", "currency": "USD", "here": "3060.65", "there": null, "effect": {"count": -1, "amounts": {"USD": "-3060.65"}}, "bitrix24_id": 219, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0392", "customer": "Lake Rotoiti Adventure Base", "day": "2026-11-21", "currency": "NZD", "here": "456.10", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-456.10"}}, "bitrix24_id": 220, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0393", "customer": "Golden Bay Kindergarten Association", "day": "2026-11-21", "currency": "NZD", "here": "5959.09", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-5959.09"}}, "bitrix24_id": 221, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0394", "customer": "Abel Tasman Kayak Base Ltd", "day": "2026-11-21", "currency": "NZD", "here": "7591.09", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7591.09"}}, "bitrix24_id": 222, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0395", "customer": "Sunny Side Caf\u00e9 \ud83c\udf3b", "day": "2026-11-22", "currency": "NZD", "here": "9495.91", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9495.91"}}, "bitrix24_id": 223, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0396", "customer": "Hone Te Aika", "day": "2026-11-22", "currency": "NZD", "here": "2635.08", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2635.08"}}, "bitrix24_id": 224, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0397", "customer": "Te Whare Pu\u0101wai Early Learning Centre Trust", "day": "2026-11-23", "currency": "NZD", "here": "10006.17", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-10006.17"}}, "bitrix24_id": 225, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0398", "customer": "Avonside Heritage Restoration", "day": "2026-11-23", "currency": "NZD", "here": "2317.32", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2317.32"}}, "bitrix24_id": 226, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0399", "customer": "Sarah Mitchell", "day": "2026-11-24", "currency": "NZD", "here": "9831.98", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9831.98"}}, "bitrix24_id": 227, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0400", "customer": "Founders'' \"Old Mill\" Brewery", "day": "2026-11-24", "currency": "NZD", "here": "1172.71", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1172.71"}}, "bitrix24_id": 228, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0401", "customer": "D''Urville Island Charters", "day": "2026-11-24", "currency": "NZD", "here": "2399.07", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2399.07"}}, "bitrix24_id": 229, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0402", "customer": "Puget Sound Wooden Boat Foundation", "day": "2026-11-25", "currency": "USD", "here": "12078.15", "there": null, "effect": {"count": -1, "amounts": {"USD": "-12078.15"}}, "bitrix24_id": 230, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0403", "customer": "Coastline Builders Ltd", "day": "2026-11-25", "currency": "NZD", "here": "13145.28", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-13145.28"}}, "bitrix24_id": 231, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0404", "customer": "Whakat\u016b Marae Komiti", "day": "2026-11-26", "currency": "NZD", "here": "6954.76", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-6954.76"}}, "bitrix24_id": 232, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0405", "customer": "Suter Gallery Te Aratoi o Whakat\u016b", "day": "2026-11-26", "currency": "NZD", "here": "8096.45", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-8096.45"}}, "bitrix24_id": 233, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0406", "customer": "Pelorus Lodge (trading as Sounds Retreats NZ)", "day": "2026-11-26", "currency": "NZD", "here": "1574.35", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1574.35"}}, "bitrix24_id": 234, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0407", "customer": "Wakefield School Board of Trustees", "day": "2026-11-27", "currency": "NZD", "here": "9251.38", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-9251.38"}}, "bitrix24_id": 235, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0408", "customer": "Yarra Fine Furniture Pty Ltd", "day": "2026-11-27", "currency": "AUD", "here": "960.00", "there": null, "effect": {"count": -1, "amounts": {"AUD": "-960.00"}}, "bitrix24_id": 236, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0409", "customer": "O\u2019Connell & Sons Builders", "day": "2026-11-28", "currency": "NZD", "here": "1421.12", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1421.12"}}, "bitrix24_id": 237, "xero_id": "", "status": "", "why": {}}, {"kind": "not_sent", "number": "INV-0410", "customer": "Wakefield School Board of Trustees", "day": "2026-11-28", "currency": "NZD", "here": "7784.22", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-7784.22"}}, "bitrix24_id": 238, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0411", "customer": "Avonside Heritage Restoration", "day": "2026-11-29", "currency": "NZD", "here": "1891.14", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-1891.14"}}, "bitrix24_id": 239, "xero_id": "", "status": "", "why": {}}, {"kind": "ready", "number": "INV-0412", "customer": "Port Hills Property Partners", "day": "2026-11-29", "currency": "NZD", "here": "2072.88", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-2072.88"}}, "bitrix24_id": 240, "xero_id": "", "status": "", "why": {}}, {"kind": "stopped", "number": "INV-0415", "customer": "Acme Plumbing", "day": "2026-11-29", "currency": "NZD", "here": "230.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-230.00"}}, "bitrix24_id": 243, "xero_id": "", "status": "", "why": {"code": "tax_rate_unmapped", "values": {"rate": "12.5", "lines": "1"}}}, {"kind": "ready", "number": "INV-0416", "customer": "Acme Plumbing", "day": "2026-11-29", "currency": "NZD", "here": "299.00", "there": null, "effect": {"count": -1, "amounts": {"NZD": "-299.00"}}, "bitrix24_id": 244, "xero_id": "", "status": "", "why": {}}, {"kind": "only_there", "number": "INV-0041", "customer": "Karamea Nursery Ltd", "day": "2026-02-02", "currency": "NZD", "here": null, "there": "269.1", "effect": {"count": 1, "amounts": {"NZD": "269.1"}}, "bitrix24_id": 0, "xero_id": "6e8edbdb-9939-4519-a794-6837a4b58129", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0042", "customer": "Monaco Roofing Ltd", "day": "2026-02-08", "currency": "NZD", "here": null, "there": "3532.8", "effect": {"count": 1, "amounts": {"NZD": "3532.8"}}, "bitrix24_id": 0, "xero_id": "d48ad41c-260a-4562-9c58-9ecf8ea3efb1", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0043", "customer": "Inlet Electrical Ltd", "day": "2026-02-14", "currency": "NZD", "here": null, "there": "1177.6", "effect": {"count": 1, "amounts": {"NZD": "1177.6"}}, "bitrix24_id": 0, "xero_id": "291f3bc2-dcc6-4119-8646-f7604e644fcb", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0044", "customer": "Granity Glass Ltd", "day": "2026-02-20", "currency": "NZD", "here": null, "there": "89.7", "effect": {"count": 1, "amounts": {"NZD": "89.7"}}, "bitrix24_id": 0, "xero_id": "e7d1f07d-21cb-402d-acf0-78f4b116e24f", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0045", "customer": "Anchor Nursery Ltd", "day": "2026-02-26", "currency": "NZD", "here": null, "there": "2361.53", "effect": {"count": 1, "amounts": {"NZD": "2361.53"}}, "bitrix24_id": 0, "xero_id": "cb05d289-f660-4d83-be37-da50382c2458", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0046", "customer": "Flaxmere Motors Ltd", "day": "2026-03-04", "currency": "NZD", "here": null, "there": "4121.6", "effect": {"count": 1, "amounts": {"NZD": "4121.6"}}, "bitrix24_id": 0, "xero_id": "a8a5bc2c-7097-4cc5-bae1-274d6bd66e99", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0047", "customer": "Bronwyn Evans", "day": "2026-03-10", "currency": "NZD", "here": null, "there": "896.77", "effect": {"count": 1, "amounts": {"NZD": "896.77"}}, "bitrix24_id": 0, "xero_id": "7fca3a5c-e5f0-4d19-8cda-61884f41c440", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0048", "customer": "Quay Motors Ltd", "day": "2026-03-16", "currency": "NZD", "here": null, "there": "3935.88", "effect": {"count": 1, "amounts": {"NZD": "3935.88"}}, "bitrix24_id": 0, "xero_id": "8d31de87-2054-4677-ad18-33bd28e0a7f3", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0049", "customer": "Monaco Roofing Ltd", "day": "2026-03-22", "currency": "NZD", "here": null, "there": "2355.2", "effect": {"count": 1, "amounts": {"NZD": "2355.2"}}, "bitrix24_id": 0, "xero_id": "e4b2a10d-83a7-4677-a057-4dd5846cc9fe", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0050", "customer": "Karamea Motors Ltd", "day": "2026-03-28", "currency": "NZD", "here": null, "there": "414.0", "effect": {"count": 1, "amounts": {"NZD": "414.0"}}, "bitrix24_id": 0, "xero_id": "3b740fe8-fa88-4eb1-8c97-c7b4e645cb64", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0052", "customer": "Lookout Plumbing Ltd", "day": "2026-04-09", "currency": "NZD", "here": null, "there": "627.9", "effect": {"count": 1, "amounts": {"NZD": "627.9"}}, "bitrix24_id": 0, "xero_id": "d9f193a7-c4a0-4e64-a5f0-5c7c8ecd2fd2", "status": "DRAFT", "why": {}}, {"kind": "only_there", "number": "INV-0053", "customer": "Takapou Roofing Ltd", "day": "2026-04-15", "currency": "NZD", "here": null, "there": "828.0", "effect": {"count": 1, "amounts": {"NZD": "828.0"}}, "bitrix24_id": 0, "xero_id": "bee8386c-f029-456a-9fe8-493c8754ed17", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0054", "customer": "Monaco Electrical Ltd", "day": "2026-04-21", "currency": "NZD", "here": null, "there": "2241.93", "effect": {"count": 1, "amounts": {"NZD": "2241.93"}}, "bitrix24_id": 0, "xero_id": "00e4d1b6-eb90-4c97-b2d7-d78d45d5d1af", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0055", "customer": "Inlet Electrical Ltd", "day": "2026-04-27", "currency": "NZD", "here": null, "there": "2241.93", "effect": {"count": 1, "amounts": {"NZD": "2241.93"}}, "bitrix24_id": 0, "xero_id": "8ce625f7-564c-47cb-90f7-f7798b700ffa", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0056", "customer": "Marks & Marks + Partners", "day": "2026-05-03", "currency": "NZD", "here": null, "there": "414.0", "effect": {"count": 1, "amounts": {"NZD": "414.0"}}, "bitrix24_id": 0, "xero_id": "dc5710eb-da45-41e5-b2bd-af99942d05ae", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0057", "customer": "Pepin Motors Ltd", "day": "2026-05-09", "currency": "NZD", "here": null, "there": "3148.7", "effect": {"count": 1, "amounts": {"NZD": "3148.7"}}, "bitrix24_id": 0, "xero_id": "1cc51498-8013-4a7d-bf4f-6861bc7a1fbf", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0058", "customer": "Hira Electrical Ltd", "day": "2026-05-15", "currency": "NZD", "here": null, "there": "5510.23", "effect": {"count": 1, "amounts": {"NZD": "5510.23"}}, "bitrix24_id": 0, "xero_id": "25517a1f-d6a9-4acf-b70b-819b06d51f6f", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0059", "customer": "Redwood and Daughter Inc", "day": "2026-05-21", "currency": "NZD", "here": null, "there": "4710.4", "effect": {"count": 1, "amounts": {"NZD": "4710.4"}}, "bitrix24_id": 0, "xero_id": "02fe477a-2391-4e26-80d3-2ae059e6ac64", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0060", "customer": "Pepin Glass Ltd", "day": "2026-05-27", "currency": "NZD", "here": null, "there": "552.0", "effect": {"count": 1, "amounts": {"NZD": "552.0"}}, "bitrix24_id": 0, "xero_id": "64a978eb-b0a6-4565-b89d-682db3f8a4f3", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0061", "customer": "Pepin Plumbing Ltd", "day": "2026-06-02", "currency": "NZD", "here": null, "there": "4121.6", "effect": {"count": 1, "amounts": {"NZD": "4121.6"}}, "bitrix24_id": 0, "xero_id": "9bd1226d-92d4-4694-99fc-04428b939f1a", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0062", "customer": "Pepin Plumbing Ltd", "day": "2026-06-08", "currency": "NZD", "here": null, "there": "269.1", "effect": {"count": 1, "amounts": {"NZD": "269.1"}}, "bitrix24_id": 0, "xero_id": "4eed57a8-29ad-4efc-83fe-353b5623ce41", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0063", "customer": "Flaxmere Electrical Ltd", "day": "2026-06-14", "currency": "NZD", "here": null, "there": "3587.08", "effect": {"count": 1, "amounts": {"NZD": "3587.08"}}, "bitrix24_id": 0, "xero_id": "f3b06355-9b09-4c90-a33e-1bf1753638d0", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0064", "customer": "Monaco Glass Ltd", "day": "2026-06-20", "currency": "NZD", "here": null, "there": "690.0", "effect": {"count": 1, "amounts": {"NZD": "690.0"}}, "bitrix24_id": 0, "xero_id": "eead1df4-4e77-4392-803f-0eebbf6a77b3", "status": "DRAFT", "why": {}}, {"kind": "only_there", "number": "INV-0065", "customer": "Hira Roofing Ltd", "day": "2026-06-26", "currency": "NZD", "here": null, "there": "896.77", "effect": {"count": 1, "amounts": {"NZD": "896.77"}}, "bitrix24_id": 0, "xero_id": "6618bca9-369a-4fa8-bfed-5569b82dae7d", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0066", "customer": "Brightwater Builders", "day": "2026-07-02", "currency": "NZD", "here": null, "there": "552.0", "effect": {"count": 1, "amounts": {"NZD": "552.0"}}, "bitrix24_id": 0, "xero_id": "a1aa0237-52df-494f-b101-4301ec0ea84b", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0067", "customer": "Inlet Plumbing Ltd", "day": "2026-07-08", "currency": "NZD", "here": null, "there": "1793.54", "effect": {"count": 1, "amounts": {"NZD": "1793.54"}}, "bitrix24_id": 0, "xero_id": "0be9ec02-0965-4f42-8540-c283ff591da2", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0068", "customer": "Beacon Electrical Ltd", "day": "2026-07-14", "currency": "NZD", "here": null, "there": "2741.6", "effect": {"count": 1, "amounts": {"NZD": "2741.6"}}, "bitrix24_id": 0, "xero_id": "5f8b29b3-813a-4a91-b459-fc598d658f6f", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0069", "customer": "Old Coach Motors Ltd", "day": "2026-07-20", "currency": "NZD", "here": null, "there": "2690.31", "effect": {"count": 1, "amounts": {"NZD": "2690.31"}}, "bitrix24_id": 0, "xero_id": "f1392efa-bead-48be-a5f1-c5b4755c3b88", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0070", "customer": "Beacon Nursery Ltd", "day": "2026-07-26", "currency": "NZD", "here": null, "there": "1345.16", "effect": {"count": 1, "amounts": {"NZD": "1345.16"}}, "bitrix24_id": 0, "xero_id": "625fd5ce-c038-4bdc-9692-c1d0246eab5c", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0071", "customer": "Redwood and Daughter Inc", "day": "2026-08-01", "currency": "NZD", "here": null, "there": "448.39", "effect": {"count": 1, "amounts": {"NZD": "448.39"}}, "bitrix24_id": 0, "xero_id": "be357c79-c5ad-4eda-8987-17f73e130dc4", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0072", "customer": "Granity Motors Ltd", "day": "2026-08-07", "currency": "NZD", "here": null, "there": "1793.54", "effect": {"count": 1, "amounts": {"NZD": "1793.54"}}, "bitrix24_id": 0, "xero_id": "ff6dc599-fa8c-44a3-94c8-a1d5ea30f98a", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0073", "customer": "T\u0101hunanui Surf Life Saving Club", "day": "2026-08-13", "currency": "NZD", "here": null, "there": "2944.0", "effect": {"count": 1, "amounts": {"NZD": "2944.0"}}, "bitrix24_id": 0, "xero_id": "11080375-77f3-49f2-a540-ddccd9daeedc", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0074", "customer": "Beacon Glass Ltd", "day": "2026-08-19", "currency": "NZD", "here": null, "there": "414.0", "effect": {"count": 1, "amounts": {"NZD": "414.0"}}, "bitrix24_id": 0, "xero_id": "379886b0-d0f4-4261-a28c-3cf5d19c84fc", "status": "PAID", "why": {}}, {"kind": "only_there", "number": "INV-0075", "customer": "Waimea Gardens Landscaping Ltd", "day": "2026-08-25", "currency": "NZD", "here": null, "there": "1028.1", "effect": {"count": 1, "amounts": {"NZD": "1028.1"}}, "bitrix24_id": 0, "xero_id": "0cd0c3b1-c40d-48f6-8139-56b618500ef2", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0076", "customer": "Beacon Electrical Ltd", "day": "2026-08-31", "currency": "NZD", "here": null, "there": "1028.1", "effect": {"count": 1, "amounts": {"NZD": "1028.1"}}, "bitrix24_id": 0, "xero_id": "88d10dec-38cc-4fbc-854b-db5304154987", "status": "DRAFT", "why": {}}], "owed_here": {"count": 1, "amounts": {"NZD": "299.00"}}, "owed_there": {"count": 11, "amounts": {"NZD": "17582.12"}}, "owed": [{"kind": "only_there", "number": "INV-0042", "customer": "Monaco Roofing Ltd", "day": "2026-02-08", "currency": "NZD", "here": null, "there": "3532.8", "effect": {"count": 1, "amounts": {"NZD": "3532.8"}}, "bitrix24_id": 0, "xero_id": "d48ad41c-260a-4562-9c58-9ecf8ea3efb1", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0045", "customer": "Anchor Nursery Ltd", "day": "2026-02-26", "currency": "NZD", "here": null, "there": "1180.76", "effect": {"count": 1, "amounts": {"NZD": "1180.76"}}, "bitrix24_id": 0, "xero_id": "cb05d289-f660-4d83-be37-da50382c2458", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0048", "customer": "Quay Motors Ltd", "day": "2026-03-16", "currency": "NZD", "here": null, "there": "3935.88", "effect": {"count": 1, "amounts": {"NZD": "3935.88"}}, "bitrix24_id": 0, "xero_id": "8d31de87-2054-4677-ad18-33bd28e0a7f3", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0054", "customer": "Monaco Electrical Ltd", "day": "2026-04-21", "currency": "NZD", "here": null, "there": "1120.96", "effect": {"count": 1, "amounts": {"NZD": "1120.96"}}, "bitrix24_id": 0, "xero_id": "00e4d1b6-eb90-4c97-b2d7-d78d45d5d1af", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0060", "customer": "Pepin Glass Ltd", "day": "2026-05-27", "currency": "NZD", "here": null, "there": "552.0", "effect": {"count": 1, "amounts": {"NZD": "552.0"}}, "bitrix24_id": 0, "xero_id": "64a978eb-b0a6-4565-b89d-682db3f8a4f3", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0063", "customer": "Flaxmere Electrical Ltd", "day": "2026-06-14", "currency": "NZD", "here": null, "there": "1793.54", "effect": {"count": 1, "amounts": {"NZD": "1793.54"}}, "bitrix24_id": 0, "xero_id": "f3b06355-9b09-4c90-a33e-1bf1753638d0", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0066", "customer": "Brightwater Builders", "day": "2026-07-02", "currency": "NZD", "here": null, "there": "552.0", "effect": {"count": 1, "amounts": {"NZD": "552.0"}}, "bitrix24_id": 0, "xero_id": "a1aa0237-52df-494f-b101-4301ec0ea84b", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0069", "customer": "Old Coach Motors Ltd", "day": "2026-07-20", "currency": "NZD", "here": null, "there": "2690.31", "effect": {"count": 1, "amounts": {"NZD": "2690.31"}}, "bitrix24_id": 0, "xero_id": "f1392efa-bead-48be-a5f1-c5b4755c3b88", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0072", "customer": "Granity Motors Ltd", "day": "2026-08-07", "currency": "NZD", "here": null, "there": "896.77", "effect": {"count": 1, "amounts": {"NZD": "896.77"}}, "bitrix24_id": 0, "xero_id": "ff6dc599-fa8c-44a3-94c8-a1d5ea30f98a", "status": "AUTHORISED", "why": {}}, {"kind": "only_there", "number": "INV-0075", "customer": "Waimea Gardens Landscaping Ltd", "day": "2026-08-25", "currency": "NZD", "here": null, "there": "1028.1", "effect": {"count": 1, "amounts": {"NZD": "1028.1"}}, "bitrix24_id": 0, "xero_id": "0cd0c3b1-c40d-48f6-8139-56b618500ef2", "status": "AUTHORISED", "why": {}}], "parts": [{"side": "here", "month": "2026-08", "status": "Deposit received", "sum": {"count": 4, "amounts": {"NZD": "26166.13"}}}, {"side": "here", "month": "2026-08", "status": "Paid", "sum": {"count": 16, "amounts": {"NZD": "93797.35"}}}, {"side": "here", "month": "2026-08", "status": "Sent", "sum": {"count": 4, "amounts": {"NZD": "10505.13"}}}, {"side": "here", "month": "2026-08", "status": "Unpaid", "sum": {"count": 2, "amounts": {"NZD": "5500.77"}}}, {"side": "here", "month": "2026-09", "status": "Deposit received", "sum": {"count": 6, "amounts": {"NZD": "40555.93"}}}, {"side": "here", "month": "2026-09", "status": "New", "sum": {"count": 1, "amounts": {"NZD": "7370.48"}}}, {"side": "here", "month": "2026-09", "status": "On hold, site not ready", "sum": {"count": 1, "amounts": {"NZD": "6422.66"}}}, {"side": "here", "month": "2026-09", "status": "Paid", "sum": {"count": 45, "amounts": {"NZD": "174438.15", "USD": "1478.40", "AUD": "12834.95"}}}, {"side": "here", "month": "2026-09", "status": "Sent", "sum": {"count": 13, "amounts": {"NZD": "54960.52", "AUD": "2100.65"}}}, {"side": "here", "month": "2026-09", "status": "Unpaid", "sum": {"count": 5, "amounts": {"NZD": "9220.86", "AUD": "278.60"}}}, {"side": "here", "month": "2026-10", "status": "Deposit received", "sum": {"count": 4, "amounts": {"NZD": "5507.71", "AUD": "2478.13"}}}, {"side": "here", "month": "2026-10", "status": "New", "sum": {"count": 3, "amounts": {"NZD": "13001.61"}}}, {"side": "here", "month": "2026-10", "status": "On hold, site not ready", "sum": {"count": 3, "amounts": {"NZD": "6101.41", "USD": "3654.05"}}}, {"side": "here", "month": "2026-10", "status": "Paid", "sum": {"count": 44, "amounts": {"NZD": "197465.48", "USD": "14542.20", "AUD": "4295.65"}}}, {"side": "here", "month": "2026-10", "status": "Sent", "sum": {"count": 11, "amounts": {"NZD": "44063.34"}}}, {"side": "here", "month": "2026-10", "status": "Unpaid", "sum": {"count": 9, "amounts": {"NZD": "41072.23", "USD": "3137.86"}}}, {"side": "here", "month": "2026-11", "status": "Deposit received", "sum": {"count": 12, "amounts": {"NZD": "74827.37", "AUD": "960.00"}}}, {"side": "here", "month": "2026-11", "status": "New", "sum": {"count": 12, "amounts": {"NZD": "60553.90", "USD": "6340.65"}}}, {"side": "here", "month": "2026-11", "status": "On hold, site not ready", "sum": {"count": 4, "amounts": {"NZD": "16375.97"}}}, {"side": "here", "month": "2026-11", "status": "Paid", "sum": {"count": 13, "amounts": {"NZD": "66983.96"}}}, {"side": "here", "month": "2026-11", "status": "Sent", "sum": {"count": 30, "amounts": {"NZD": "107093.23", "AUD": "12729.95", "USD": "12078.15"}}}, {"side": "here", "month": "2026-11", "status": "Unpaid", "sum": {"count": 2, "amounts": {"NZD": "11337.47"}}}, {"side": "there", "month": "2026-02", "status": "AUTHORISED", "sum": {"count": 2, "amounts": {"NZD": "5894.33"}}}, {"side": "there", "month": "2026-02", "status": "PAID", "sum": {"count": 3, "amounts": {"NZD": "1536.40"}}}, {"side": "there", "month": "2026-03", "status": "AUTHORISED", "sum": {"count": 1, "amounts": {"NZD": "3935.88"}}}, {"side": "there", "month": "2026-03", "status": "PAID", "sum": {"count": 4, "amounts": {"NZD": "7787.57"}}}, {"side": "there", "month": "2026-04", "status": "AUTHORISED", "sum": {"count": 1, "amounts": {"NZD": "2241.93"}}}, {"side": "there", "month": "2026-04", "status": "DRAFT", "sum": {"count": 1, "amounts": {"NZD": "627.90"}}}, {"side": "there", "month": "2026-04", "status": "PAID", "sum": {"count": 2, "amounts": {"NZD": "3069.93"}}}, {"side": "there", "month": "2026-04", "status": "VOIDED", "sum": {"count": 1, "amounts": {"NZD": "2241.93"}}}, {"side": "there", "month": "2026-05", "status": "AUTHORISED", "sum": {"count": 1, "amounts": {"NZD": "552.00"}}}, {"side": "there", "month": "2026-05", "status": "PAID", "sum": {"count": 4, "amounts": {"NZD": "13783.33"}}}, {"side": "there", "month": "2026-06", "status": "AUTHORISED", "sum": {"count": 1, "amounts": {"NZD": "3587.08"}}}, {"side": "there", "month": "2026-06", "status": "DRAFT", "sum": {"count": 1, "amounts": {"NZD": "690.00"}}}, {"side": "there", "month": "2026-06", "status": "PAID", "sum": {"count": 3, "amounts": {"NZD": "5287.47"}}}, {"side": "there", "month": "2026-07", "status": "AUTHORISED", "sum": {"count": 2, "amounts": {"NZD": "3242.31"}}}, {"side": "there", "month": "2026-07", "status": "PAID", "sum": {"count": 3, "amounts": {"NZD": "5880.30"}}}, {"side": "there", "month": "2026-08", "status": "AUTHORISED", "sum": {"count": 2, "amounts": {"NZD": "2821.64"}}}, {"side": "there", "month": "2026-08", "status": "DRAFT", "sum": {"count": 1, "amounts": {"NZD": "1028.10"}}}, {"side": "there", "month": "2026-08", "status": "PAID", "sum": {"count": 3, "amounts": {"NZD": "3806.39"}}}, {"side": "there", "month": "2026-11", "status": "AUTHORISED", "sum": {"count": 1, "amounts": {"NZD": "299.00"}}}, {"side": "there", "month": "2026-11", "status": "PAID", "sum": {"count": 1, "amounts": {"NZD": "299.00"}}}], "whole": true}');


--
-- Data for Name: organisation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.organisation VALUES (1, '6913d28e-3150-407f-93b3-e619ca6f2b77', 'Harbour & Hill Joinery', '{"name": "Harbour & Hill Joinery", "short_code": "!PWZC3", "base_currency": "NZD", "time_zone": "NEWZEALANDSTANDARDTIME", "locked_until": "2026-05-13", "accounts": [{"code": "200", "name": "Sales", "live": true, "kind": "REVENUE", "tax_type": "OUTPUT2", "takes": []}, {"code": "260", "name": "Other Revenue", "live": true, "kind": "REVENUE", "tax_type": "OUTPUT2", "takes": []}, {"code": "888", "name": "Old Sales", "live": false, "kind": "REVENUE", "tax_type": "OUTPUT2", "takes": []}, {"code": "210", "name": "Sales, consulting", "live": true, "kind": "REVENUE", "tax_type": "OUTPUT2", "takes": []}], "tax_rates": [{"type": "INPUT", "name": "12.5% GST on Expenses", "rate": "12.5", "live": false}, {"type": "OUTPUT", "name": "12.5% GST on Income", "rate": "12.5", "live": false}, {"type": "INPUT2", "name": "15% GST on Expenses", "rate": "15.0", "live": false}, {"type": "OUTPUT2", "name": "15% GST on Income", "rate": "15.0", "live": true}, {"type": "GSTONIMPORTS", "name": "GST on Imports", "rate": "0.0", "live": false}, {"type": "NONE", "name": "No GST", "rate": "0.0", "live": true}, {"type": "ZERORATED", "name": "Zero Rated", "rate": "0.0", "live": true}], "currencies": ["NZD", "USD", "AUD"], "rounding_account": "860", "other_accounts": [{"code": "300", "name": "Purchases", "live": true, "kind": "DIRECTCOSTS", "tax_type": "INPUT2", "takes": ["INPUT2", "GSTONIMPORTS", "NONE"]}]}', '2026-01-01 00:00:04.000001+00', '{"stages": {"DT31_7:N": "none", "DT31_7:S": "AUTHORISED", "DT31_7:UC_DEPOSI": "AUTHORISED", "DT31_7:UC_ONHOLD": "AUTHORISED", "DT31_7:P": "none", "DT31_7:D": "none"}, "statuses": {"draft": "leave", "approval": "leave", "awaiting": "leave", "part": "leave", "part_credited": "leave", "part_prepaid": "leave", "part_overpaid": "leave", "overdue": "leave", "paid": "DT31_7:P", "credited": "leave", "prepaid": "leave", "overpaid": "leave", "void": "leave", "deleted": "leave"}, "taxes": {"15": "OUTPUT2", "0": "ZERORATED", "none": "NONE"}, "sales_account": "200", "due_rule": "days-14", "number": "bitrix24", "reference": "title", "rounding": "tax", "tolerance": "0.05", "drift": "ask", "no_rows": "", "missing_items": false, "writers": "change", "customers": "ask", "old_statuses": {}}', '2026-01-01 00:00:05.000001+00', 'Mere Tautahi', '2026-01-01 00:00:38.000001+00', '2026-01-01 00:00:39.000001+00');


--
-- Data for Name: paid_delay; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.paid_delay VALUES (60, 2, 80);


--
-- Data for Name: portal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.portal VALUES (1, 'a223c6b3710f85df22e9377d6c4f7553', '[7]', NULL, '[]', NULL, '["smart"]', '2026-01-01 00:00:00.000001+00', 0);


--
-- Data for Name: product_draft; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.product_draft VALUES (1, '{"name": "Floating shelf, oak"}');


--
-- Data for Name: saved_set_up; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.saved_set_up VALUES (1, 1, '{"stages": {"DT31_7:N": "none", "DT31_7:S": "AUTHORISED", "DT31_7:UC_DEPOSI": "AUTHORISED", "DT31_7:UC_ONHOLD": "AUTHORISED", "DT31_7:P": "none", "DT31_7:D": "none"}, "statuses": {"draft": "leave", "approval": "leave", "awaiting": "leave", "part": "leave", "part_credited": "leave", "part_prepaid": "leave", "part_overpaid": "leave", "overdue": "leave", "paid": "DT31_7:P", "credited": "leave", "prepaid": "leave", "overpaid": "leave", "void": "leave", "deleted": "leave"}, "taxes": {"15": "OUTPUT2", "0": "ZERORATED", "none": "NONE"}, "sales_account": "200", "due_rule": "days-14", "number": "bitrix24", "reference": "title", "rounding": "tax", "tolerance": "0.05", "drift": "ask", "no_rows": "", "missing_items": false, "writers": "change", "customers": "ask", "old_statuses": {}}', '2026-01-01 00:00:05.000001+00', 'Mere Tautahi');


--
-- Data for Name: service_login; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.service_login VALUES (1, 1, 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', '', '2026-01-01 00:00:49.000001+00', '2026-01-01 00:00:50.000001+00', '2026-01-01 00:00:51.000001+00', NULL, 1);


--
-- Data for Name: session; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.session VALUES (1, 'the hash of session 1', 1, 'browser', '2026-01-01 00:00:03.000001+00', '2026-01-01 00:00:03.000001+00', NULL, '', NULL);
INSERT INTO public.session VALUES (2, 'the hash of session 2', 2, 'browser', '2026-01-01 00:00:08.000001+00', '2026-01-01 00:00:08.000001+00', NULL, '', NULL);


--
-- Data for Name: set_aside; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.set_aside VALUES (1, 1, 243, 1, 'Billed by hand', '{"total": "230.00"}', '2026-01-01 00:00:55.000001+00');


--
-- Data for Name: set_up_draft; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.set_up_draft VALUES (1, 1, '{"account": "200"}');


--
-- Data for Name: sync_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sync_entry VALUES (1, NULL, 1, 1, 'push', 241, 'INV-0413', 'created', '', 'awaiting', '[]', '{"customer": "Acme Plumbing", "lines": "2", "total": "299.00", "currency": "NZD", "number": "INV-0413", "xero_total": "299.0000", "tax": "39.00", "xero_tax": "39.0"}', 100, '2026-01-01 00:00:15.000001+00');
INSERT INTO public.sync_entry VALUES (2, NULL, 1, 1, 'product', 1267, 'SHELF-OAK-1200', 'created', '', 'Floating shelf, oak, 1200 mm', '[]', '{}', 100, '2026-01-01 00:00:28.000001+00');
INSERT INTO public.sync_entry VALUES (3, 1, 1, 1, 'push', 242, 'INV-0414', 'created', '', 'awaiting', '[]', '{"customer": "Acme Plumbing", "lines": "2", "total": "299.00", "currency": "NZD", "number": "INV-0414", "xero_total": "299.0000", "tax": "39.00", "xero_tax": "39.0"}', 100, '2026-01-01 00:00:35.000001+00');
INSERT INTO public.sync_entry VALUES (4, 1, 1, 1, 'push', 243, 'INV-0415', 'rejected', '', '', '[{"code": "tax_rate_unmapped", "values": {"rate": "12.5", "lines": "1"}}]', '{}', 100, '2026-01-01 00:00:36.000001+00');
INSERT INTO public.sync_entry VALUES (5, 2, 1, 1, 'pull', 241, 'INV-0413', 'moved', 'Sent', 'Paid', '[]', '{"status": "paid", "currency": "NZD", "xero_total": "299.0000", "settled": "299.0000", "due": "0", "paid_on": "2026-11-29"}', 100, '2026-01-01 00:00:42.000001+00');


--
-- Data for Name: sync_run; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sync_run VALUES (1, 'push', 1, 1, 'finished', '{"ids": [242, 243]}', false, 2, 2, '{"created": 1, "rejected": 1}', '[]', NULL, NULL, '2026-01-01 00:00:29.000001+00', '2026-01-01 00:00:37.000001+00', NULL, NULL, NULL, 0, 0, false);
INSERT INTO public.sync_run VALUES (2, 'pull', 1, 1, 'finished', '{"read": true, "after": 241}', false, 1, 1, '{"moved": 1}', '[]', NULL, NULL, '2026-01-01 00:00:30.000001+00', '2026-01-01 00:00:43.000001+00', NULL, NULL, NULL, 0, 0, false);
INSERT INTO public.sync_run VALUES (3, 'sheet', 1, 1, 'finished', '{"since": "2026-01-01", "until": "2026-12-31"}', false, 282, 282, '{"agreeing": 2, "apart": 126}', '[]', NULL, NULL, '2026-01-01 00:00:44.000001+00', '2026-01-01 00:00:46.000001+00', NULL, NULL, NULL, 0, 0, false);
INSERT INTO public.sync_run VALUES (4, 'push', 1, 1, 'queued', '{"ids": [244]}', false, 0, 0, '{}', '[]', NULL, NULL, '2026-01-01 00:00:47.000001+00', NULL, NULL, NULL, NULL, 0, 0, false);


--
-- Data for Name: user; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."user" VALUES (1, 1, 'Mere Tautahi', true, 25, 1, '2026-01-01 00:00:01.000001+00');
INSERT INTO public."user" VALUES (2, 7, 'Tom Hallam', false, 25, NULL, '2026-01-01 00:00:06.000001+00');


--
-- Data for Name: worker_process; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.worker_process VALUES ('machine.example:1', '2026-01-01 00:00:48.000001+00', '2026-01-01 00:00:48.000001+00', NULL);


--
-- Data for Name: xero_login; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.xero_login VALUES (1, 1, 'gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEtfMc=', '5445ccd4-2382-4724-a450-a36707df909f', '[{"id": "6913d28e-3150-407f-93b3-e619ca6f2b77", "connection": "5445ccd4-2382-4724-a450-a36707df909f", "name": "Harbour & Hill Joinery"}]', NULL, '2026-01-01 00:00:57.000001+00');


--
-- Name: access_event_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.access_event_id_seq', 2, true);


--
-- Name: backup_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.backup_id_seq', 1, true);


--
-- Name: contact_link_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.contact_link_id_seq', 1, true);


--
-- Name: found_invoice_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.found_invoice_id_seq', 1, true);


--
-- Name: intent_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.intent_id_seq', 7, true);


--
-- Name: invoice_link_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.invoice_link_id_seq', 3, true);


--
-- Name: item_link_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.item_link_id_seq', 1, true);


--
-- Name: month_end_sheet_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.month_end_sheet_id_seq', 1, true);


--
-- Name: organisation_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.organisation_id_seq', 1, true);


--
-- Name: portal_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.portal_id_seq', 1, true);


--
-- Name: saved_set_up_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.saved_set_up_id_seq', 1, true);


--
-- Name: session_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.session_id_seq', 2, true);


--
-- Name: set_aside_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.set_aside_id_seq', 1, true);


--
-- Name: sync_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.sync_entry_id_seq', 5, true);


--
-- Name: sync_run_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.sync_run_id_seq', 4, true);


--
-- Name: user_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.user_id_seq', 2, true);


--
-- Name: access_event access_event_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_event
    ADD CONSTRAINT access_event_pkey PRIMARY KEY (id);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: automatic_sync automatic_sync_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.automatic_sync
    ADD CONSTRAINT automatic_sync_pkey PRIMARY KEY (organisation_id);


--
-- Name: backup backup_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.backup
    ADD CONSTRAINT backup_pkey PRIMARY KEY (id);


--
-- Name: bitrix24_login bitrix24_login_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bitrix24_login
    ADD CONSTRAINT bitrix24_login_pkey PRIMARY KEY (user_id);


--
-- Name: call_budget call_budget_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.call_budget
    ADD CONSTRAINT call_budget_pkey PRIMARY KEY (name);


--
-- Name: call_count call_count_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.call_count
    ADD CONSTRAINT call_count_pkey PRIMARY KEY (vendor, method, outcome);


--
-- Name: check_result check_result_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.check_result
    ADD CONSTRAINT check_result_pkey PRIMARY KEY (name);


--
-- Name: contact_link contact_link_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_link
    ADD CONSTRAINT contact_link_pkey PRIMARY KEY (id);


--
-- Name: found_invoice found_invoice_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.found_invoice
    ADD CONSTRAINT found_invoice_pkey PRIMARY KEY (id);


--
-- Name: hour_count hour_count_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hour_count
    ADD CONSTRAINT hour_count_pkey PRIMARY KEY (organisation_id, hour, name);


--
-- Name: intent intent_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intent
    ADD CONSTRAINT intent_pkey PRIMARY KEY (id);


--
-- Name: invoice_link invoice_link_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link
    ADD CONSTRAINT invoice_link_pkey PRIMARY KEY (id);


--
-- Name: item_link item_link_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.item_link
    ADD CONSTRAINT item_link_pkey PRIMARY KEY (id);


--
-- Name: kept_reading kept_reading_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_reading
    ADD CONSTRAINT kept_reading_pkey PRIMARY KEY (user_id);


--
-- Name: month_end_sheet month_end_sheet_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.month_end_sheet
    ADD CONSTRAINT month_end_sheet_pkey PRIMARY KEY (id);


--
-- Name: organisation organisation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_pkey PRIMARY KEY (id);


--
-- Name: organisation organisation_xero_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.organisation
    ADD CONSTRAINT organisation_xero_id_key UNIQUE (xero_id);


--
-- Name: paid_delay pk_paid_delay; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.paid_delay
    ADD CONSTRAINT pk_paid_delay PRIMARY KEY (up_to);


--
-- Name: portal portal_member_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.portal
    ADD CONSTRAINT portal_member_id_key UNIQUE (member_id);


--
-- Name: portal portal_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.portal
    ADD CONSTRAINT portal_pkey PRIMARY KEY (id);


--
-- Name: product_draft product_draft_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.product_draft
    ADD CONSTRAINT product_draft_pkey PRIMARY KEY (user_id);


--
-- Name: saved_set_up saved_set_up_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_set_up
    ADD CONSTRAINT saved_set_up_pkey PRIMARY KEY (id);


--
-- Name: service_login service_login_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_login
    ADD CONSTRAINT service_login_pkey PRIMARY KEY (organisation_id);


--
-- Name: session session_id_hash_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_id_hash_key UNIQUE (id_hash);


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);


--
-- Name: set_aside set_aside_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (id);


--
-- Name: set_up_draft set_up_draft_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_up_draft
    ADD CONSTRAINT set_up_draft_pkey PRIMARY KEY (user_id);


--
-- Name: sync_entry sync_entry_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_entry
    ADD CONSTRAINT sync_entry_pkey PRIMARY KEY (id);


--
-- Name: sync_run sync_run_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_run
    ADD CONSTRAINT sync_run_pkey PRIMARY KEY (id);


--
-- Name: contact_link uq_contact_link_bitrix24; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_link
    ADD CONSTRAINT uq_contact_link_bitrix24 UNIQUE (organisation_id, kind, bitrix24_id);


--
-- Name: found_invoice uq_found_invoice_pair; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.found_invoice
    ADD CONSTRAINT uq_found_invoice_pair UNIQUE (organisation_id, user_id, bitrix24_id, xero_id);


--
-- Name: invoice_link uq_invoice_link_bitrix24; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link
    ADD CONSTRAINT uq_invoice_link_bitrix24 UNIQUE (organisation_id, bitrix24_id);


--
-- Name: invoice_link uq_invoice_link_xero; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link
    ADD CONSTRAINT uq_invoice_link_xero UNIQUE (organisation_id, xero_id);


--
-- Name: item_link uq_item_link_bitrix24; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.item_link
    ADD CONSTRAINT uq_item_link_bitrix24 UNIQUE (organisation_id, bitrix24_id);


--
-- Name: item_link uq_item_link_xero; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.item_link
    ADD CONSTRAINT uq_item_link_xero UNIQUE (organisation_id, xero_id);


--
-- Name: month_end_sheet uq_month_end_sheet_run; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.month_end_sheet
    ADD CONSTRAINT uq_month_end_sheet_run UNIQUE (run_id);


--
-- Name: set_aside uq_set_aside_invoice; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_aside
    ADD CONSTRAINT uq_set_aside_invoice UNIQUE (organisation_id, bitrix24_id);


--
-- Name: user user_bitrix24_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user"
    ADD CONSTRAINT user_bitrix24_id_key UNIQUE (bitrix24_id);


--
-- Name: user user_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user"
    ADD CONSTRAINT user_pkey PRIMARY KEY (id);


--
-- Name: worker_process worker_process_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.worker_process
    ADD CONSTRAINT worker_process_pkey PRIMARY KEY (name);


--
-- Name: xero_login xero_login_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.xero_login
    ADD CONSTRAINT xero_login_pkey PRIMARY KEY (user_id);


--
-- Name: ix_contact_link_xero_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contact_link_xero_id ON public.contact_link USING btree (xero_id);


--
-- Name: ix_found_invoice_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_found_invoice_number ON public.found_invoice USING btree (organisation_id, number_key);


--
-- Name: ix_found_invoice_read; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_found_invoice_read ON public.found_invoice USING btree (read_at);


--
-- Name: ix_found_invoice_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_found_invoice_state ON public.found_invoice USING btree (organisation_id, user_id, state, bitrix24_id);


--
-- Name: ix_found_invoice_sum; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_found_invoice_sum ON public.found_invoice USING btree (organisation_id, sum_key);


--
-- Name: ix_intent_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_intent_ended ON public.intent USING btree (ended_at);


--
-- Name: ix_invoice_link_has_problem; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_invoice_link_has_problem ON public.invoice_link USING btree (has_problem);


--
-- Name: ix_invoice_link_in_xero; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_invoice_link_in_xero ON public.invoice_link USING btree (organisation_id, bitrix24_id) WHERE (xero_id IS NOT NULL);


--
-- Name: ix_invoice_link_news; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_invoice_link_news ON public.invoice_link USING btree (organisation_id, news);


--
-- Name: ix_invoice_link_status; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_invoice_link_status ON public.invoice_link USING btree (organisation_id, xero_status, bitrix24_id);


--
-- Name: ix_month_end_sheet_period; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_month_end_sheet_period ON public.month_end_sheet USING btree (organisation_id, since, until, id);


--
-- Name: ix_month_end_sheet_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_month_end_sheet_user_id ON public.month_end_sheet USING btree (user_id);


--
-- Name: ix_saved_set_up_organisation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_saved_set_up_organisation ON public.saved_set_up USING btree (organisation_id, saved_at);


--
-- Name: ix_session_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_session_user ON public.session USING btree (user_id);


--
-- Name: ix_sync_entry_invoice; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_entry_invoice ON public.sync_entry USING btree (bitrix24_id, id);


--
-- Name: ix_sync_entry_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_entry_number ON public.sync_entry USING btree (number);


--
-- Name: ix_sync_entry_organisation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_entry_organisation ON public.sync_entry USING btree (organisation_id, id);


--
-- Name: ix_sync_entry_outcome; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_entry_outcome ON public.sync_entry USING btree (outcome, id);


--
-- Name: ix_sync_entry_run; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_entry_run ON public.sync_entry USING btree (run_id, id);


--
-- Name: ix_sync_entry_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_entry_user ON public.sync_entry USING btree (user_id, id);


--
-- Name: ix_sync_run_organisation; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_run_organisation ON public.sync_run USING btree (organisation_id, id);


--
-- Name: ix_sync_run_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_run_state ON public.sync_run USING btree (state);


--
-- Name: ix_sync_run_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sync_run_user ON public.sync_run USING btree (user_id, state);


--
-- Name: uq_intent_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_intent_open ON public.intent USING btree (organisation_id, kind, subject) WHERE ((state)::text = ANY ((ARRAY['planned'::character varying, 'sent'::character varying, 'unclear'::character varying])::text[]));


--
-- Name: access_event access_event_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.access_event
    ADD CONSTRAINT access_event_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: automatic_sync automatic_sync_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.automatic_sync
    ADD CONSTRAINT automatic_sync_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: bitrix24_login bitrix24_login_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bitrix24_login
    ADD CONSTRAINT bitrix24_login_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: contact_link contact_link_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contact_link
    ADD CONSTRAINT contact_link_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: found_invoice found_invoice_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.found_invoice
    ADD CONSTRAINT found_invoice_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: found_invoice found_invoice_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.found_invoice
    ADD CONSTRAINT found_invoice_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: hour_count hour_count_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.hour_count
    ADD CONSTRAINT hour_count_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: intent intent_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intent
    ADD CONSTRAINT intent_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: intent intent_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intent
    ADD CONSTRAINT intent_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: invoice_link invoice_link_claimed_by_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link
    ADD CONSTRAINT invoice_link_claimed_by_id_fkey FOREIGN KEY (claimed_by_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: invoice_link invoice_link_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link
    ADD CONSTRAINT invoice_link_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: invoice_link invoice_link_written_by_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.invoice_link
    ADD CONSTRAINT invoice_link_written_by_id_fkey FOREIGN KEY (written_by_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: item_link item_link_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.item_link
    ADD CONSTRAINT item_link_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: kept_reading kept_reading_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_reading
    ADD CONSTRAINT kept_reading_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: month_end_sheet month_end_sheet_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.month_end_sheet
    ADD CONSTRAINT month_end_sheet_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: month_end_sheet month_end_sheet_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.month_end_sheet
    ADD CONSTRAINT month_end_sheet_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.sync_run(id) ON DELETE SET NULL;


--
-- Name: month_end_sheet month_end_sheet_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.month_end_sheet
    ADD CONSTRAINT month_end_sheet_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: product_draft product_draft_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.product_draft
    ADD CONSTRAINT product_draft_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: saved_set_up saved_set_up_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.saved_set_up
    ADD CONSTRAINT saved_set_up_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: service_login service_login_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_login
    ADD CONSTRAINT service_login_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: service_login service_login_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.service_login
    ADD CONSTRAINT service_login_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: session session_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: set_aside set_aside_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_aside
    ADD CONSTRAINT set_aside_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: set_aside set_aside_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_aside
    ADD CONSTRAINT set_aside_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: set_up_draft set_up_draft_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_up_draft
    ADD CONSTRAINT set_up_draft_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: set_up_draft set_up_draft_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.set_up_draft
    ADD CONSTRAINT set_up_draft_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: sync_entry sync_entry_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_entry
    ADD CONSTRAINT sync_entry_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: sync_entry sync_entry_run_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_entry
    ADD CONSTRAINT sync_entry_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.sync_run(id) ON DELETE CASCADE;


--
-- Name: sync_entry sync_entry_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_entry
    ADD CONSTRAINT sync_entry_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE SET NULL;


--
-- Name: sync_run sync_run_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_run
    ADD CONSTRAINT sync_run_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: sync_run sync_run_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sync_run
    ADD CONSTRAINT sync_run_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- Name: user user_last_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user"
    ADD CONSTRAINT user_last_organisation_id_fkey FOREIGN KEY (last_organisation_id) REFERENCES public.organisation(id) ON DELETE SET NULL;


--
-- Name: xero_login xero_login_organisation_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.xero_login
    ADD CONSTRAINT xero_login_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES public.organisation(id) ON DELETE CASCADE;


--
-- Name: xero_login xero_login_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.xero_login
    ADD CONSTRAINT xero_login_user_id_fkey FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


