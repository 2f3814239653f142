/** The types of the API, made by `npm run schema` from the server's own. Never edited by hand. */

export interface paths {
    "/api/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs, their state, and the tags of each kind */
        get: operations["get_catalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every event file: bytes read, records, damage */
        get: operations["get_ledger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The hyperparameters there are */
        get: operations["get_runs_fields"];
        put?: never;
        /** Values of fields: a column for each, an entry for each run */
        post: operations["post_runs_fields"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs side by side: how their curves ended, and where they part */
        post: operations["post_runs_compare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What looks wrong with runs: NaN, spikes, divergence, plateaus, silences, tags that stopped */
        post: operations["post_runs_health"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All notes: aliases, stars, hidden runs, tags, notes and colours */
        get: operations["get_notes"];
        put?: never;
        /** Change the notes of some runs; all notes after it */
        post: operations["post_notes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notes/html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The note of a run as sanitised HTML */
        get: operations["get_notes_html"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move the event files of some runs to the trash in the log directory */
        post: operations["post_runs_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back what was deleted at once */
        post: operations["post_runs_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/runs/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was deleted and can be brought back */
        get: operations["get_runs_trash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tags/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Display names of a kind's tags, and which have a description */
        get: operations["get_tags_words"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tags/description": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What event files say of a tag, as sanitised HTML */
        get: operations["get_tags_description"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scalar/group_points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Every place of groups of runs, as CSV or JSON */
        post: operations["post_scalar_group_points"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scalar/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One tag in groups of runs: a centre and a band for each, for a range and a width */
        post: operations["post_scalar_groups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scalar/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All points of one tag in several runs, as CSV or JSON */
        post: operations["post_scalar_points"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scalar/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One tag in several runs, as buckets for a range and a width */
        post: operations["post_scalar_series"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/scalar/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** One tag in runs and groups at a step, and over a range of steps: a table's figures */
        post: operations["post_scalar_values"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/image/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The logged steps of a tag in a run */
        get: operations["get_image_steps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/image/blob": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One picture, as it was written */
        get: operations["get_image_blob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/text/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every logged step of a tag in a run */
        get: operations["get_text_steps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/text/html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Some steps' texts as sanitised HTML */
        get: operations["get_text_html"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events: what grew
         * @description Events: `grew` (GrewEvent), `catalogue` (CatalogueEvent), `progress` (ReadProgress), `notes` (NotesEvent), `alive` (AliveEvent); `data` is JSON, `id` is a cursor.
         */
        get: operations["get_stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["get_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Problem
         * @description The answer to a query that can't be answered.
         */
        Problem: {
            /** @description A sentence for the user. */
            error: string;
        };
        /** StreamQuery */
        StreamQuery: {
            /**
             * @description A cursor: what changed after it is told first. The ``Last-Event-ID`` header, if present, counts instead.
             * @default
             */
            since: string;
        };
        /**
         * GrewEvent
         * @description ``event: grew``: these runs have new points, or another state.
         */
        GrewEvent: {
            runs: components["schemas"]["CatalogueRun"][];
        };
        /**
         * CatalogueRun
         * @description One run: a directory that holds event files.
         */
        CatalogueRun: {
            /** @description ``.`` for the log directory itself; parts are joined with ``/``. */
            name: string;
            /** @enum {unknown} */
            state: "finished" | "live" | "stale";
            /** @description Why it is thought to be so, in words. */
            state_reason: string;
            /** @description Seconds since the Unix epoch; null when no event has a finite one. */
            first_wall_time: number | null;
            last_wall_time: number | null;
            last_step: number | null;
            /** @description Of all its series, superseded ones included. */
            points: number;
            restarts: number;
            /** @description Damaged places in its files; the ledger says where. */
            damage: number;
            /** @description Grows with every change of this run. */
            version: number;
        };
        /**
         * CatalogueEvent
         * @description ``event: catalogue``: a run or a tag appeared or went; fetch ``/api/catalogue`` again.
         */
        CatalogueEvent: {
            cursor: string;
        };
        /**
         * ReadProgress
         * @description How far reading has come. ``done`` is true once everything that was there has been read.
         */
        ReadProgress: {
            files: number;
            bytes_total: number;
            bytes_read: number;
            done: boolean;
        };
        /**
         * NotesEvent
         * @description ``event: notes``: somebody changed a note; fetch ``/api/notes`` again unless it is of this version already.
         */
        NotesEvent: {
            version: string;
        };
        /**
         * AliveEvent
         * @description ``event: alive``: the server is there, and had nothing to tell.
         */
        AliveEvent: {
            /** @description How often this is sent: a page that hears nothing for much longer has lost the server. */
            every_seconds: number;
        };
        /**
         * Catalogue
         * @description Everything the page needs to draw its shell.
         */
        Catalogue: {
            /** @description Give it to ``/api/stream?since=`` to hear of everything that changed after this answer. */
            cursor: string;
            logdir: string;
            /** @description False while the log directory is not there yet; it is being watched. */
            exists: boolean;
            progress: components["schemas"]["ReadProgress"];
            /** @description In natural order. */
            runs: components["schemas"]["CatalogueRun"][];
            /** @description Sets of runs, as ascending indexes into ``runs``. */
            run_sets: number[][];
            /** @description The rooms in the order of their tabs: those with a dashboard also when empty. Then kinds without a room. */
            kinds: components["schemas"]["CatalogueKind"][];
        };
        /**
         * CatalogueKind
         * @description The tags of one kind, in natural order.
         */
        CatalogueKind: {
            /** @description A room's name (``scalar``), or the plugin's name on disk when no room claims the data. */
            name: string;
            /** @description What a dashboard's tab says. */
            title: string;
            /** @description False when this version has no dashboard for the data. */
            supported: boolean;
            tags: components["schemas"]["CatalogueTag"][];
        };
        /**
         * CatalogueTag
         * @description One tag of a kind.
         */
        CatalogueTag: {
            name: string;
            /** @description Index into ``Catalogue.run_sets``: most tags are shared by the same runs, so each set is sent once. */
            runs: number;
        };
        /**
         * Ledger
         * @description Event files, by run in natural order and then as the store lists them; last those that went with their runs.
         *
         *         Those with nothing to say are left out beyond the first thousand, so that the answer stays small.
         */
        Ledger: {
            files: components["schemas"]["LedgerFile"][];
            /** @description All of them. */
            file_count: number;
            read_bytes: number;
            /** @description Of all files together. */
            records: number;
            /** @description Why no index is read or kept, in a sentence; empty when all is well, or none is wanted. */
            index_problem: string;
            /** @description Those that can't be listed. */
            directories: components["schemas"]["LedgerDirectory"][];
        };
        /**
         * LedgerFile
         * @description One event file.
         */
        LedgerFile: {
            run: string;
            name: string;
            path: string;
            size_bytes: number;
            /** @description The byte after the last whole record. Less than the size: the rest is unfinished, or can't be located. */
            read_bytes: number;
            records: number;
            /** @description The first of them, where there are very many. */
            damage: components["schemas"]["LedgerDamage"][];
            /** @description All of them. */
            damage_count: number;
            /** @description Anything else worth knowing (vanished, replaced, not readable and why); empty when there is nothing. */
            note: string;
        };
        /**
         * LedgerDamage
         * @description A stretch of a file that could not be used.
         */
        LedgerDamage: {
            /** @description First byte. */
            offset: number;
            /** @description Bytes that were stepped over; 0 when nothing after ``offset`` can be located. */
            length: number;
            /** @description What is wrong there, in words. */
            reason: string;
        };
        /**
         * LedgerDirectory
         * @description A directory that can't be listed: what is in it is not shown.
         */
        LedgerDirectory: {
            path: string;
            reason: string;
        };
        /**
         * FieldNames
         * @description The hyperparameters there are. Tags of scalars are in the catalogue.
         */
        FieldNames: {
            /** @description In natural order. */
            hparams: components["schemas"]["HParamField"][];
        };
        /**
         * HParamField
         * @description A hyperparameter that some run was started with.
         */
        HParamField: {
            name: string;
            /** @enum {unknown} */
            type: "bool" | "mixed" | "number" | "text";
            /** @description How many different values there are. With one it explains nothing. */
            distinct: number;
            /** @description All of them in order, when there are few and none is NaN or infinite; otherwise empty. */
            values: (boolean | number | string)[];
        };
        /**
         * RunFieldsQuery
         * @description Which fields, of which runs.
         */
        RunFieldsQuery: {
            /** @description Ids: ``hparam:NAME``, or ``metric:TAG.FIGURE`` with one of last, min, max, first, mean, best. */
            fields: string[];
            /**
             * @description Null: all runs, in the order of the catalogue.
             * @default null
             */
            runs: string[] | null;
        };
        /**
         * RunFields
         * @description Columns of fields.
         */
        RunFields: {
            /** @description Their rows. A run that was named and is not there any more has no values. */
            runs: string[];
            /** @description In the order of the query. */
            columns: components["schemas"]["FieldColumn"][];
        };
        /**
         * FieldColumn
         * @description One field. JSON has no NaN and no infinity: where a number is one, ``values`` is null and its row is listed.
         */
        FieldColumn: {
            /** @description The id that was asked for. */
            field: string;
            /** @description One for each run; null where a run has none. */
            values: (boolean | number | string | null)[];
            /** @description Rows whose value is NaN. A metric's ``min``, ``max``, ``mean`` and ``best`` are, when no value is finite. */
            nan: number[];
            posinf: number[];
            neginf: number[];
            /**
             * @description Of a metric: whether ``best`` is its lowest or its highest value, as its name lets one think. Where that is
             *     ``unknown``, no run has a ``best``.
             */
            better: ("high" | "low" | "unknown") | null;
        };
        /**
         * CompareQuery
         * @description What the page that compares runs asks.
         */
        CompareQuery: {
            /** @description The first one is what the others are compared with. */
            runs: string[];
            /** @description Scalar tags. One that a run has not is left empty there. */
            tags: string[];
        };
        /**
         * Comparison
         * @description In the order of the query's tags; tags that none of the runs has are left out.
         */
        Comparison: {
            tags: components["schemas"]["CompareTag"][];
        };
        /**
         * CompareTag
         * @description One tag; the lists have an element for each run of the query.
         */
        CompareTag: {
            tag: string;
            /**
             * @description Which of the least and the greatest value is the best one, if the tag's name says it.
             * @enum {unknown}
             */
            better: "high" | "low" | "unknown";
            /** @description Null for a run without the tag, and without a point of it that is not overtaken. */
            curves: (components["schemas"]["ComparedCurve"] | null)[];
            /** @description Null for the first run, and where the two share too few points to tell. */
            partings: (components["schemas"]["ComparedParting"] | null)[];
        };
        /**
         * ComparedCurve
         * @description How one run's curve of a tag ended. Points overtaken by a restart are left out.
         */
        ComparedCurve: {
            points: number;
            last_step: number;
            /** @description The last value; null when it is not finite. */
            last: number | null;
            /** @description What the last value is when it is not finite: NaN, +inf or -inf; otherwise empty. */
            last_word: string;
            /** @description The least of the finite values, and the first step at which it stood; null when no value is finite. */
            min: number | null;
            min_step: number | null;
            max: number | null;
            max_step: number | null;
        };
        /**
         * ComparedParting
         * @description Where a run's curve parts from the first run's (``analysis/parting.py``).
         */
        ComparedParting: {
            /** @description From here the difference stays beyond the noise, up to the end; null when the curves do not part. */
            step: number | null;
            /** @description Shared points. */
            points: number;
            /** @description The first shared step. */
            low: number;
            high: number;
            /** @description This run less the first one, over the last twelfth of the shared points. */
            difference: number;
            /** @description Standard deviation of that difference. */
            noise: number;
            /** @description The first run's curve there. */
            first: number;
        };
        /**
         * RunsHealthQuery
         * @description Which runs, and what is known of them already.
         */
        RunsHealthQuery: {
            /** @description Run -> ``mark`` of its last answer, or an empty text. */
            runs: {
                [key: string]: string;
            };
        };
        /**
         * RunsHealth
         * @description What is new about the runs that were asked for.
         */
        RunsHealth: {
            /** @description Those whose findings are not those of the mark that was given. */
            runs: components["schemas"]["RunHealth"][];
            /** @description Runs of the question that are still being examined, or have grown since: ask about them again. */
            waiting: string[];
        };
        /**
         * RunHealth
         * @description One run's findings: the worst first, then by step.
         */
        RunHealth: {
            run: string;
            /** @description Names this answer: give it with the next question. */
            mark: string;
            findings: components["schemas"]["HealthFinding"][];
            /** @description Findings that were left out. */
            more: number;
            /** @description Steps at which it was started again, the first 100: no fault, but a place to look at. */
            restarts: number[];
        };
        /**
         * HealthFinding
         * @description One thing that looks wrong.
         */
        HealthFinding: {
            /** @enum {unknown} */
            what: "divergence" | "infinity" | "nan" | "plateau" | "spike" | "stall" | "stopped";
            /**
             * @description ``bad``: the run is lost from there. ``warn``: look at it. ``note``: true, and nothing is lit for it.
             * @enum {unknown}
             */
            severity: "bad" | "note" | "warn";
            /** @description Of the scalar; empty when it is of the whole run. */
            tag: string;
            step: number;
            wall_time: number | null;
            /**
             * @description Points that are not finite; usual spreads (spike, divergence); usual intervals (stall, stopped); share of the
             *     points (plateau).
             */
            magnitude: number;
            /** @description A sentence without its subject, which is the tag or the run: ``rose 14 times its usual spread at step 8,140``. */
            words: string;
        };
        /**
         * Notes
         * @description All notes of a log directory.
         */
        Notes: {
            /** @description Another one when a note is another; the stream's ``notes`` events have it. */
            version: string;
            /** @description By name of the run; runs without any are left out. Also of runs that are not there at the moment. */
            notes: {
                [key: string]: components["schemas"]["RunNote"];
            };
            writable: boolean;
            /** @description Why notes are missing or can't be changed, a sentence; empty when all is well. */
            problem: string;
            /** @description Whether ``/api/runs/delete`` does anything. */
            allow_delete: boolean;
        };
        /**
         * RunNote
         * @description What is said of one run.
         */
        RunNote: {
            /** @description Its name for its owner; empty when it has none. */
            alias: string;
            starred: boolean;
            hidden: boolean;
            tags: string[];
            /** @description Markdown; ``/api/notes/html`` gives its HTML. */
            note: string;
            /** @description 1 to 12, a colour of the palette; 0 when the run has the one that its name asks for. */
            colour: number;
        };
        /**
         * NotesChangeQuery
         * @description The same change for several runs. What is left out, or null, stays as it is.
         */
        NotesChangeQuery: {
            runs: string[];
            /**
             * @description At most 200 characters on one line; empty takes it away. So with ``note``.
             * @default null
             */
            alias: string | null;
            /** @default null */
            starred: boolean | null;
            /** @default null */
            hidden: boolean | null;
            /**
             * @description Instead of those that are there: at most 30, of 1 to 60 characters each.
             * @default null
             */
            tags: string[] | null;
            /** @default null */
            add_tags: string[] | null;
            /** @default null */
            remove_tags: string[] | null;
            /**
             * @description Markdown, at most 20,000 characters.
             * @default null
             */
            note: string | null;
            /**
             * @description 0 gives the run back its own.
             * @default null
             */
            colour: number | null;
        };
        /** NoteHtmlQuery */
        NoteHtmlQuery: {
            run: string;
        };
        /**
         * NoteHtml
         * @description A run's note, to be put into the page as it is.
         */
        NoteHtml: {
            /** @description Sanitised as texts are. Empty when there is no note. */
            html: string;
        };
        /** DeleteQuery */
        DeleteQuery: {
            /** @description Each by its own name: runs below one stay where they are. */
            runs: string[];
        };
        /**
         * DeleteOutcome
         * @description What became of the runs of a request.
         */
        DeleteOutcome: {
            /** @description Brings them back with ``/api/runs/restore``; empty when none was deleted. */
            id: string;
            /** @description Those that were deleted, or brought back. */
            runs: string[];
            refused: components["schemas"]["RefusedRun"][];
        };
        /**
         * RefusedRun
         * @description A run that stays where it is.
         */
        RefusedRun: {
            run: string;
            /** @description In words. */
            reason: string;
        };
        /** RestoreQuery */
        RestoreQuery: {
            /** @description Of a deletion. */
            id: string;
        };
        /**
         * Deletions
         * @description What lies in the trash, the newest first.
         */
        Deletions: {
            deletions: components["schemas"]["Deletion"][];
        };
        /**
         * Deletion
         * @description What was deleted at once.
         */
        Deletion: {
            id: string;
            /** @description Seconds since the Unix epoch. */
            wall_time: number;
            runs: string[];
        };
        /** TagWordsQuery */
        TagWordsQuery: {
            kind: string;
        };
        /**
         * TagWords
         * @description Only tags of which something is said: usually none.
         */
        TagWords: {
            tags: components["schemas"]["TagWord"][];
        };
        /**
         * TagWord
         * @description A tag that has a display name of its own, a description, or both.
         */
        TagWord: {
            tag: string;
            /** @description Empty when there is none but the tag, or runs say different ones. */
            display_name: string;
            /** @description ``/api/tags/description`` has more. */
            described: boolean;
        };
        /** TagDescriptionQuery */
        TagDescriptionQuery: {
            kind: string;
            tag: string;
        };
        /** TagDescription */
        TagDescription: {
            descriptions: components["schemas"]["TagText"][];
        };
        /**
         * TagText
         * @description One description, and the runs that have it.
         */
        TagText: {
            html: string;
            runs: string[];
        };
        /**
         * ScalarGroupPointsQuery
         * @description What is saved of groups: every place of their axes.
         */
        ScalarGroupPointsQuery: {
            tag: string;
            /**
             * @default step
             * @enum {unknown}
             */
            x: "relative" | "step" | "tag" | "wall";
            /**
             * @description With ``x: "tag"``: the scalar tag that is the axis, joined on the step.
             * @default
             */
            x_tag: string;
            /**
             * @default linear
             * @enum {unknown}
             */
            x_scale: "linear" | "log" | "symlog";
            /**
             * @description ``[low, high]`` of ``x``; null for all of it: each line over its own extent, so that what is answered for a run
             *     never depends on which others were asked for with it.
             * @default null
             */
            range: [
                number,
                number
            ] | null;
            /**
             * @description Weight of the average (0 to 1), points of the window, or standard deviation in points; 0 is no smoothing.
             * @default 0
             */
            smoothing: number;
            /**
             * @default ema
             * @enum {unknown}
             */
            smoother: "ema" | "gaussian" | "mean";
            groups: components["schemas"]["ScalarGroupRuns"][];
            /**
             * @default mean
             * @enum {unknown}
             */
            centre: "mean" | "median";
            /**
             * @default minmax
             * @enum {unknown}
             */
            band: "ci95" | "minmax" | "none" | "sem" | "std";
            /**
             * @default csv
             * @enum {unknown}
             */
            format: "csv" | "json";
        };
        /**
         * ScalarGroupRuns
         * @description A group.
         */
        ScalarGroupRuns: {
            name: string;
            /** @description Runs without the tag take no part; a group without any that has it is left out of the answer. */
            runs: string[];
        };
        /**
         * ScalarGroupsQuery
         * @description What a chart asks of groups.
         */
        ScalarGroupsQuery: {
            tag: string;
            /**
             * @default step
             * @enum {unknown}
             */
            x: "relative" | "step" | "tag" | "wall";
            /**
             * @description With ``x: "tag"``: the scalar tag that is the axis, joined on the step.
             * @default
             */
            x_tag: string;
            /**
             * @default linear
             * @enum {unknown}
             */
            x_scale: "linear" | "log" | "symlog";
            /**
             * @description ``[low, high]`` of ``x``; null for all of it: each line over its own extent, so that what is answered for a run
             *     never depends on which others were asked for with it.
             * @default null
             */
            range: [
                number,
                number
            ] | null;
            /**
             * @description Weight of the average (0 to 1), points of the window, or standard deviation in points; 0 is no smoothing.
             * @default 0
             */
            smoothing: number;
            /**
             * @default ema
             * @enum {unknown}
             */
            smoother: "ema" | "gaussian" | "mean";
            /**
             * @description Pixel columns of the plot: the most rows a line has inside the range.
             * @default 800
             */
            width: number;
            /**
             * @description Whether ``first``, ``last`` and ``wall_time`` are sent: a hundred thin lines are drawn without them.
             * @default true
             */
            detail: boolean;
            groups: components["schemas"]["ScalarGroupRuns"][];
            /**
             * @default mean
             * @enum {unknown}
             */
            centre: "mean" | "median";
            /**
             * @description ``std`` and ``sem`` on both sides of the centre; ``ci95``: the 95 % bootstrap interval of the centre.
             * @default minmax
             * @enum {unknown}
             */
            band: "ci95" | "minmax" | "none" | "sem" | "std";
        };
        /**
         * ScalarGroupsMetadata
         * @description Metadata ``sightline`` of the stream's schema, as JSON. ``lines[i]`` describes row ``i`` of the record batch.
         */
        ScalarGroupsMetadata: {
            tag: string;
            /** @enum {unknown} */
            x: "relative" | "step" | "tag" | "wall";
            /** @description The range that was divided into ``width`` columns; null when there is no point at all. */
            low: number | null;
            high: number | null;
            width: number;
            detail: boolean;
            /** @enum {unknown} */
            centre: "mean" | "median";
            /** @enum {unknown} */
            band: "ci95" | "minmax" | "none" | "sem" | "std";
            /** @description Drawn for ``ci95`` at a place with more than 4 runs; with up to 4, all there are. 0 for other bands. */
            resamples: number;
            lines: components["schemas"]["ScalarGroupLine"][];
        };
        /**
         * ScalarGroupLine
         * @description What one row of the record batch holds.
         */
        ScalarGroupLine: {
            name: string;
            /** @description Those of its runs that have the tag. */
            runs: string[];
            /** @description Elements of its lists. */
            rows: number;
            /** @description Points of all its runs on disk, without those overtaken by a restart. */
            points: number;
            /** @description Of them values that are NaN or infinite: they take no part, and ``runs`` falls where they are. */
            points_left_out: number;
            /** @description Points that stand nowhere on this axis. */
            points_unplaced: number;
            /** @description Values counted that lie on the straight line between two points of their run; 0 where ``stride`` is above 1. */
            interpolated: number;
            /** @description Every how many-th place of the axis is counted: 1 unless the group is very large. */
            stride: number;
            /** @description Lowest x of the whole line; null when no point has a place. */
            x_low: number | null;
            x_high: number | null;
            /** @description ``x`` counts from here on the wall axis, seconds since the Unix epoch. */
            origin: number | null;
            /** @description Columns that are not sent because they are the first ``rows`` elements of those of the line of this index. */
            same: {
                [key: string]: number;
            };
        };
        /**
         * ScalarPointsQuery
         * @description What is saved: all points of a tag in these runs, with places and smoothing as a chart has them.
         */
        ScalarPointsQuery: {
            tag: string;
            /**
             * @default step
             * @enum {unknown}
             */
            x: "relative" | "step" | "tag" | "wall";
            /**
             * @description With ``x: "tag"``: the scalar tag that is the axis, joined on the step.
             * @default
             */
            x_tag: string;
            /**
             * @default linear
             * @enum {unknown}
             */
            x_scale: "linear" | "log" | "symlog";
            /**
             * @description ``[low, high]`` of ``x``; null for all of it: each line over its own extent, so that what is answered for a run
             *     never depends on which others were asked for with it.
             * @default null
             */
            range: [
                number,
                number
            ] | null;
            /**
             * @description Weight of the average (0 to 1), points of the window, or standard deviation in points; 0 is no smoothing.
             * @default 0
             */
            smoothing: number;
            /**
             * @default ema
             * @enum {unknown}
             */
            smoother: "ema" | "gaussian" | "mean";
            runs: string[];
            /**
             * @default csv
             * @enum {unknown}
             */
            format: "csv" | "json";
            /** @default false */
            superseded: boolean;
        };
        /**
         * ScalarSeriesQuery
         * @description What a chart asks.
         */
        ScalarSeriesQuery: {
            tag: string;
            /**
             * @default step
             * @enum {unknown}
             */
            x: "relative" | "step" | "tag" | "wall";
            /**
             * @description With ``x: "tag"``: the scalar tag that is the axis, joined on the step.
             * @default
             */
            x_tag: string;
            /**
             * @default linear
             * @enum {unknown}
             */
            x_scale: "linear" | "log" | "symlog";
            /**
             * @description ``[low, high]`` of ``x``; null for all of it: each line over its own extent, so that what is answered for a run
             *     never depends on which others were asked for with it.
             * @default null
             */
            range: [
                number,
                number
            ] | null;
            /**
             * @description Weight of the average (0 to 1), points of the window, or standard deviation in points; 0 is no smoothing.
             * @default 0
             */
            smoothing: number;
            /**
             * @default ema
             * @enum {unknown}
             */
            smoother: "ema" | "gaussian" | "mean";
            /**
             * @description Pixel columns of the plot: the most rows a line has inside the range.
             * @default 800
             */
            width: number;
            /**
             * @description Whether ``first``, ``last`` and ``wall_time`` are sent: a hundred thin lines are drawn without them.
             * @default true
             */
            detail: boolean;
            /** @description Runs without the tag are left out of the answer. */
            runs: string[];
            /**
             * @description Whether points overtaken by a restart are sent too, as lines of their own.
             * @default false
             */
            superseded: boolean;
        };
        /**
         * ScalarSeriesMetadata
         * @description Metadata ``sightline`` of the stream's schema, as JSON. ``lines[i]`` describes row ``i`` of the record batch.
         */
        ScalarSeriesMetadata: {
            tag: string;
            /** @enum {unknown} */
            x: "relative" | "step" | "tag" | "wall";
            /** @description The range that was divided into ``width`` columns; null when there is no point at all. */
            low: number | null;
            high: number | null;
            width: number;
            detail: boolean;
            lines: components["schemas"]["ScalarLine"][];
        };
        /**
         * ScalarLine
         * @description What one row of the record batch holds. A run has one; with ``superseded`` one more for each abandoned branch.
         */
        ScalarLine: {
            run: string;
            /** @description True for points that a restart has overtaken: those of one branch, from where the run began or went on. */
            superseded: boolean;
            /** @description Elements of its lists. */
            rows: number;
            /** @description Points of the whole line on disk. */
            points: number;
            /** @description Points with low <= x <= high; more than the rows there: several share a row. */
            points_in_range: number;
            /** @description Points that stand nowhere on this axis: a wall time of NaN, no value of ``x_tag``, zero on a log scale. */
            points_unplaced: number;
            /** @description Lowest x of the whole line; null when no point has a place. */
            x_low: number | null;
            x_high: number | null;
            /**
             * @description Wall time of the run's first point of the tag, seconds since the Unix epoch: ``wall_time`` counts from here, and
             *     so does ``x`` on the relative and wall axes. Null when no point has a finite one.
             */
            origin: number | null;
            /** @description By step, each step once; none for superseded points. */
            restarts: components["schemas"]["ScalarRestart"][];
            /** @description Columns that are not sent because they are the first ``rows`` elements of those of the line of this index. */
            same: {
                [key: string]: number;
            };
        };
        /**
         * ScalarRestart
         * @description Where a run went again over steps of this tag that it had logged: the points before are superseded.
         */
        ScalarRestart: {
            /** @description Where it went on, as the run's restarts say it: the same for all tags and all ranges. */
            step: number;
            /** @description Of the line's first point at or after that step; null when it has none. */
            x: number | null;
        };
        /**
         * ScalarValuesQuery
         * @description What a table of values asks.
         */
        ScalarValuesQuery: {
            tag: string;
            /** @description Runs without the tag are left out of the answer. */
            runs: string[];
            /**
             * @description Groups of which no run has the tag are left out too.
             * @default []
             */
            groups: components["schemas"]["ScalarGroupRuns"][];
            /**
             * @default mean
             * @enum {unknown}
             */
            centre: "mean" | "median";
            /**
             * @description Of groups; as ``groups`` (the endpoint) has them.
             * @default minmax
             * @enum {unknown}
             */
            band: "ci95" | "minmax" | "none" | "sem" | "std";
            /**
             * @description ``at`` is the point nearest to it; null for the last point.
             * @default null
             */
            step: number | null;
            /**
             * @description ``[first, last]``, both inside: what ``range`` is about.
             * @default null
             */
            steps: [
                number,
                number
            ] | null;
            /** @default 0 */
            smoothing: number;
            /**
             * @default ema
             * @enum {unknown}
             */
            smoother: "ema" | "gaussian" | "mean";
        };
        /** ScalarValues */
        ScalarValues: {
            tag: string;
            runs: components["schemas"]["ScalarRunValues"][];
            groups: components["schemas"]["ScalarGroupValues"][];
        };
        /** ScalarRunValues */
        ScalarRunValues: {
            run: string;
            /** @description Wall time of the run's first point of the tag. */
            origin: number | null;
            /** @description Null for a run without a point. */
            at: components["schemas"]["ScalarPoint"] | null;
            /** @description Null when no range was asked for, or no point lies in it. */
            range: components["schemas"]["ScalarRange"] | null;
        };
        /**
         * ScalarPoint
         * @description One point.
         */
        ScalarPoint: {
            step: number;
            wall_time: number | null;
            /** @description Null when it is not finite: then ``word`` says what it is. */
            value: number | null;
            smooth: number | null;
            /** @enum {unknown} */
            word: "" | "-Infinity" | "Infinity" | "NaN";
        };
        /**
         * ScalarRange
         * @description All points of a run in the range of steps. The figures are of the finite values, null when there is none.
         */
        ScalarRange: {
            points: number;
            nan: number;
            posinf: number;
            neginf: number;
            /** @description Its first point; ``end`` is its last. */
            start: components["schemas"]["ScalarPoint"];
            end: components["schemas"]["ScalarPoint"];
            min: number | null;
            /** @description Of the first point that has the minimum. */
            min_step: number | null;
            max: number | null;
            max_step: number | null;
            mean: number | null;
        };
        /** ScalarGroupValues */
        ScalarGroupValues: {
            name: string;
            /** @description Those of its runs that have the tag. */
            runs: string[];
            /** @description Null for a group without a point. */
            at: components["schemas"]["ScalarGroupPoint"] | null;
            /** @description Null when no range was asked for, or no point lies in it. */
            range: components["schemas"]["ScalarGroupRange"] | null;
        };
        /**
         * ScalarGroupPoint
         * @description A group at a step, or at the last points of its runs.
         */
        ScalarGroupPoint: {
            /** @description With ``last_step``: of the points that were taken together. Equal at a step. */
            first_step: number;
            last_step: number;
            value: components["schemas"]["ScalarFigure"];
            smooth: components["schemas"]["ScalarFigure"];
        };
        /**
         * ScalarFigure
         * @description One figure of several runs.
         */
        ScalarFigure: {
            /** @description Mean or median; null when no run has a finite one. */
            value: number | null;
            /** @description Of the band; null where there is none. */
            low: number | null;
            high: number | null;
            /** @description How many runs have it. */
            runs: number;
        };
        /**
         * ScalarGroupRange
         * @description Over a range of steps: each run's figure, taken together. ``share`` is the change by the size of the start.
         */
        ScalarGroupRange: {
            points: number;
            nan: number;
            posinf: number;
            neginf: number;
            start: components["schemas"]["ScalarFigure"];
            end: components["schemas"]["ScalarFigure"];
            min: components["schemas"]["ScalarFigure"];
            max: components["schemas"]["ScalarFigure"];
            mean: components["schemas"]["ScalarFigure"];
            change: components["schemas"]["ScalarFigure"];
            share: components["schemas"]["ScalarFigure"];
        };
        /** ImageStepsQuery */
        ImageStepsQuery: {
            run: string;
            tag: string;
            /**
             * @description How many of the steps are known already.
             * @default 0
             */
            first: number;
            /**
             * @description ``mark`` of the answer they ended with.
             * @default
             */
            mark: string;
        };
        /**
         * ImageSteps
         * @description Logged steps, ascending, a column each: those that follow the known ones, 20,000 at most.
         *
         *         ``file`` and ``record`` are the key of a step's pictures.
         */
        ImageSteps: {
            /** @description Steps in all. */
            total: number;
            /** @description Index of the first one here: as asked for, or 0 when what was known is not so any more. */
            first: number;
            /** @description Names all steps up to the last one here: where their pictures lie. */
            mark: string;
            /** @description False when a file could not be opened to count ``samples``: the steps here are worth asking for anew. */
            whole: boolean;
            step: number[];
            /** @description Seconds since the Unix epoch; null when the file has no finite one. */
            wall_time: (number | null)[];
            /** @description Pictures at each step; 0 when the record holds none that can be shown. No more than 1,000 are counted. */
            samples: number[];
            /** @description Index into ``files``. */
            file: number[];
            /** @description Byte of the file at which the record begins. */
            record: number[];
            /** @description True when a restart has overtaken the step. */
            superseded: boolean[];
            /** @description Event files, by ids that change when the file is replaced. */
            files: string[];
        };
        /** ImageBlobQuery */
        ImageBlobQuery: {
            run: string;
            tag: string;
            file: string;
            record: number;
            /** @default 0 */
            sample: number;
        };
        /** TextStepsQuery */
        TextStepsQuery: {
            run: string;
            tag: string;
        };
        /**
         * TextSteps
         * @description Every logged step, ascending.
         */
        TextSteps: {
            steps: components["schemas"]["TextStep"][];
        };
        /**
         * TextStep
         * @description One logged step.
         */
        TextStep: {
            step: number;
            /** @description Seconds since the Unix epoch; null when the file has no finite one. */
            wall_time: number | null;
            /** @description True when a restart has overtaken this step. */
            superseded: boolean;
        };
        /** TextHtmlQuery */
        TextHtmlQuery: {
            run: string;
            tag: string;
            /**
             * @description Index into the steps.
             * @default 0
             */
            first: number;
            /** @default 20 */
            count: number;
            /**
             * @description False: the text as it was written, in a ``<pre>``.
             * @default true
             */
            markdown: boolean;
        };
        /**
         * TextEntries
         * @description The texts of steps ``first`` to ``first + count``, as many as there are.
         */
        TextEntries: {
            /** @description Steps in all. */
            total: number;
            entries: components["schemas"]["TextEntry"][];
        };
        /**
         * TextEntry
         * @description One text.
         */
        TextEntry: {
            /** @description Index into the steps. */
            index: number;
            step: number;
            wall_time: number | null;
            superseded: boolean;
            /** @description Sanitised: no script, no style, nothing that would be loaded from elsewhere. Empty when there is an error. */
            html: string;
            /** @description Why the text can't be shown; empty when it can. */
            error: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_catalogue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs, their state, and the tags of each kind */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Catalogue"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    get_ledger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every event file: bytes read, records, damage */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ledger"];
                };
            };
        };
    };
    get_runs_fields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hyperparameters there are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FieldNames"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    post_runs_fields: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunFieldsQuery"];
            };
        };
        responses: {
            /** @description Values of fields: a column for each, an entry for each run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunFields"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_compare: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompareQuery"];
            };
        };
        responses: {
            /** @description Runs side by side: how their curves ended, and where they part */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RunsHealthQuery"];
            };
        };
        responses: {
            /** @description What looks wrong with runs: NaN, spikes, divergence, plateaus, silences, tags that stopped */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunsHealth"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_notes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All notes: aliases, stars, hidden runs, tags, notes and colours */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notes"];
                };
            };
        };
    };
    post_notes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotesChangeQuery"];
            };
        };
        responses: {
            /** @description Change the notes of some runs; all notes after it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notes"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_notes_html: {
        parameters: {
            query: {
                run: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The note of a run as sanitised HTML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NoteHtml"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeleteQuery"];
            };
        };
        responses: {
            /** @description Move the event files of some runs to the trash in the log directory */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteOutcome"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_runs_restore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreQuery"];
            };
        };
        responses: {
            /** @description Bring back what was deleted at once */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeleteOutcome"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_runs_trash: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was deleted and can be brought back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deletions"];
                };
            };
        };
    };
    get_tags_words: {
        parameters: {
            query: {
                kind: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Display names of a kind's tags, and which have a description */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagWords"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_tags_description: {
        parameters: {
            query: {
                kind: string;
                tag: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What event files say of a tag, as sanitised HTML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagDescription"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scalar_group_points: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScalarGroupPointsQuery"];
            };
        };
        responses: {
            /** @description Every place of groups of runs, as CSV or JSON */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv; charset=utf-8": string;
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scalar_groups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScalarGroupsQuery"];
            };
        };
        responses: {
            /** @description One tag in groups of runs: a centre and a band for each, for a range and a width */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scalar_points: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScalarPointsQuery"];
            };
        };
        responses: {
            /** @description All points of one tag in several runs, as CSV or JSON */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv; charset=utf-8": string;
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scalar_series: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScalarSeriesQuery"];
            };
        };
        responses: {
            /** @description One tag in several runs, as buckets for a range and a width */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_scalar_values: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScalarValuesQuery"];
            };
        };
        responses: {
            /** @description One tag in runs and groups at a step, and over a range of steps: a table's figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScalarValues"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_image_steps: {
        parameters: {
            query: {
                run: string;
                tag: string;
                first?: number;
                mark?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The logged steps of a tag in a run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImageSteps"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_image_blob: {
        parameters: {
            query: {
                run: string;
                tag: string;
                file: string;
                record: number;
                sample?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One picture, as it was written */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_text_steps: {
        parameters: {
            query: {
                run: string;
                tag: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every logged step of a tag in a run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TextSteps"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_text_html: {
        parameters: {
            query: {
                run: string;
                tag: string;
                first?: number;
                count?: number;
                markdown?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Some steps' texts as sanitised HTML */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TextEntries"];
                };
            };
            /** @description The query is wrong */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description No such run, tag or position */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description The bytes can't be read */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_stream: {
        parameters: {
            query?: {
                since?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Never ends */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
        };
    };
    get_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
        };
    };
}
