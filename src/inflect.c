/*-------------------------------------------------------------------------
 *
 * inflect.c
 *	  English plurals and singulars of identifiers, and their inverse images.
 *
 * One table of (singular, plural) endings drives everything.  The first rule
 * of which either form fits the last word of a name says which number the
 * name has, and replacing that form by the other one gives the other number.
 * Walking the same table backwards, and checking each find forwards, gives
 * all the names that lead to a form.
 *
 * Everything here is a pure function of its arguments: only ASCII letters
 * have case, whatever the locale, and other bytes are copied as they are, so
 * that multibyte characters stay whole.  Results are palloc'd in the current
 * memory context.  They can be longer than NAMEDATALEN - 1: cutting them is
 * the caller's job.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "inflect.h"

typedef enum Number
{
	SINGULAR,
	PLURAL
} Number;

/*
 * The two forms of an ending, in lower case, and how many bytes of the same
 * word must and may stand before it.
 */
typedef struct InflectionRule
{
	const char *form[2];		/* by Number */
	int			length[2];
	int			min_stem;
	int			max_stem;
} InflectionRule;

#define RULE(singular, plural, min_stem, max_stem) \
	{{singular, plural}, {sizeof(singular) - 1, sizeof(plural) - 1}, \
	min_stem, max_stem}

#define WORD(singular, plural) RULE(singular, plural, 0, 0)
#define ENDING(singular, plural) RULE(singular, plural, 0, PG_INT16_MAX)
#define LATER(singular, plural) RULE(singular, plural, 1, PG_INT16_MAX)
#define SAME_WORD(form) WORD(form, form)
#define SAME_ENDING(form) ENDING(form, form)

/*
 * The first rule that fits wins, its plural before its singular.  So where two
 * rules share a form, the first one says what that form turns into: "index"
 * becomes "indexes", though "indices" is understood; "bases" becomes "base",
 * though "basis" becomes "bases".  The last rule fits every name.
 */
static const InflectionRule inflection_rules[] = {
	/* "t_s", "os", "ts": too short to say that the s is an ending */
	RULE("s", "s", 0, 1),

	/* words with one form; "nurseries" are no series */
	ENDING("nursery", "nurseries"),
	SAME_ENDING("data"), SAME_ENDING("info"), SAME_ENDING("information"),
	SAME_ENDING("equipment"), SAME_ENDING("staff"), SAME_ENDING("ware"),
	SAME_ENDING("money"), SAME_ENDING("feedback"), SAME_ENDING("research"),
	SAME_ENDING("advice"), SAME_ENDING("evidence"), SAME_WORD("knowledge"),
	SAME_ENDING("traffic"), SAME_ENDING("weather"), SAME_ENDING("furniture"),
	SAME_ENDING("luggage"), SAME_ENDING("baggage"), SAME_ENDING("police"),
	SAME_ENDING("wildlife"), SAME_ENDING("homework"), SAME_ENDING("series"),
	SAME_ENDING("species"), SAME_ENDING("fish"), SAME_ENDING("sheep"),
	SAME_ENDING("deer"), SAME_ENDING("craft"), SAME_ENDING("offspring"),
	SAME_ENDING("analytics"), SAME_ENDING("headquarters"),
	SAME_ENDING("chassis"), SAME_ENDING("logistics"), SAME_ENDING("economics"),
	SAME_ENDING("physics"), SAME_ENDING("mathematics"), SAME_ENDING("genomics"),
	SAME_ENDING("kudos"), SAME_ENDING("diabetes"), SAME_ENDING("postgres"),
	SAME_ENDING("kubernetes"), SAME_ENDING("devops"), SAME_ENDING("debris"),
	SAME_ENDING("clothes"), SAME_ENDING("aas"),
	SAME_WORD("news"), SAME_WORD("rice"), SAME_WORD("cash"),
	SAME_WORD("music"), SAME_WORD("bison"), SAME_WORD("moose"),
	SAME_WORD("salmon"), SAME_WORD("means"), SAME_WORD("goods"),
	SAME_WORD("savings"), SAME_WORD("premises"), SAME_WORD("corps"),
	SAME_WORD("trans"), SAME_WORD("chaos"), SAME_WORD("cosmos"),
	SAME_WORD("dns"), SAME_WORD("gps"), SAME_WORD("tls"), SAME_WORD("aws"),
	SAME_WORD("cms"), SAME_WORD("crs"), SAME_WORD("https"), SAME_WORD("ios"),
	ENDING("ism", "isms"), ENDING("asm", "asms"), SAME_ENDING("sms"),

	/* words that go their own way */
	ENDING("person", "people"), ENDING("child", "children"),
	ENDING("woman", "women"), WORD("man", "men"), ENDING("sman", "smen"),
	ENDING("chairman", "chairmen"), ENDING("foreman", "foremen"),
	ENDING("fireman", "firemen"), ENDING("policeman", "policemen"),
	ENDING("fisherman", "fishermen"), WORD("mouse", "mice"),
	WORD("goose", "geese"), WORD("foot", "feet"), WORD("tooth", "teeth"),
	WORD("ox", "oxen"), ENDING("quiz", "quizzes"),

	/* Latin and Greek */
	ENDING("index", "indexes"), ENDING("index", "indices"),
	ENDING("matrix", "matrices"), ENDING("vertex", "vertices"),
	ENDING("vortex", "vortices"), ENDING("codex", "codices"),
	ENDING("appendix", "appendices"), ENDING("criterion", "criteria"),
	ENDING("phenomenon", "phenomena"), ENDING("automaton", "automata"),
	WORD("medium", "media"), ENDING("datum", "data"),
	ENDING("stratum", "strata"), ENDING("erratum", "errata"),
	ENDING("addendum", "addenda"), ENDING("memorandum", "memoranda"),
	ENDING("bacterium", "bacteria"), ENDING("spectrum", "spectra"),
	ENDING("curriculum", "curricula"), ENDING("schema", "schemas"),
	ENDING("schema", "schemata"), ENDING("formula", "formulas"),
	ENDING("formula", "formulae"), ENDING("corpus", "corpora"),
	WORD("genus", "genera"), ENDING("radius", "radii"),
	ENDING("nucleus", "nuclei"), ENDING("stimulus", "stimuli"),
	ENDING("alumnus", "alumni"), ENDING("fungus", "fungi"),
	ENDING("cactus", "cacti"), WORD("locus", "loci"),
	ENDING("lysis", "lyses"), ENDING("crisis", "crises"),
	ENDING("thesis", "theses"), ENDING("gnosis", "gnoses"),
	ENDING("emphasis", "emphases"), ENDING("synopsis", "synopses"),
	ENDING("genesis", "geneses"), WORD("oasis", "oases"),
	WORD("taxi", "taxis"), WORD("axis", "axes"),
	ENDING("base", "bases"), ENDING("basis", "bases"),

	/* f */
	WORD("leaf", "leaves"), WORD("life", "lives"), WORD("elf", "elves"),
	ENDING("half", "halves"), ENDING("knife", "knives"),
	ENDING("wife", "wives"), ENDING("shelf", "shelves"),
	ENDING("wolf", "wolves"), ENDING("self", "selves"),
	ENDING("calf", "calves"), ENDING("loaf", "loaves"),
	ENDING("thief", "thieves"), ENDING("scarf", "scarves"),

	/* o */
	ENDING("hero", "heroes"), ENDING("potato", "potatoes"),
	ENDING("tomato", "tomatoes"), ENDING("echo", "echoes"),
	ENDING("veto", "vetoes"), ENDING("embargo", "embargoes"),
	WORD("cargo", "cargoes"), ENDING("torpedo", "torpedoes"),
	ENDING("mosquito", "mosquitoes"), ENDING("volcano", "volcanoes"),

	/* y, and ie where y would be the better guess */
	WORD("tie", "ties"), WORD("pie", "pies"), WORD("lie", "lies"),
	WORD("die", "dies"), ENDING("movie", "movies"), ENDING("ookie", "ookies"),
	ENDING("zombie", "zombies"), ENDING("calorie", "calories"),
	ENDING("selfie", "selfies"), ENDING("hoodie", "hoodies"),
	ENDING("smoothie", "smoothies"), ENDING("brownie", "brownies"),
	ENDING("newbie", "newbies"), ENDING("freebie", "freebies"),
	ENDING("sortie", "sorties"), ENDING("prairie", "prairies"),
	ENDING("quy", "quies"), ENDING("ay", "ays"), ENDING("ey", "eys"),
	ENDING("iy", "iys"), ENDING("oy", "oys"), ENDING("uy", "uys"),
	LATER("y", "ies"),

	/* i and is: few singulars end in is, but many of those in sis */
	WORD("iris", "irises"), ENDING("polis", "polises"),
	SAME_ENDING("tennis"), SAME_ENDING("cannabis"), SAME_ENDING("redis"),
	SAME_ENDING("postgis"), SAME_WORD("gis"), SAME_ENDING("itis"),
	SAME_ENDING("ellis"), SAME_ENDING("pelvis"), SAME_ENDING("dermis"),
	SAME_ENDING("mantis"), SAME_ENDING("gratis"), ENDING("xis", "xises"),

	/* u and us: most singular, most plurals of them in uses */
	ENDING("menu", "menus"), ENDING("cpu", "cpus"), ENDING("gpu", "gpus"),
	ENDING("sku", "skus"), ENDING("guru", "gurus"), ENDING("eau", "eaus"),
	WORD("use", "uses"), WORD("reuse", "reuses"), WORD("abuse", "abuses"),
	ENDING("fuse", "fuses"), WORD("excuse", "excuses"),
	ENDING("ause", "auses"), ENDING("ouse", "ouses"), ENDING("us", "uses"),

	/* other singulars in s */
	ENDING("alias", "aliases"), ENDING("canvas", "canvases"),
	ENDING("atlas", "atlases"), ENDING("bias", "biases"),
	ENDING("pancreas", "pancreases"), WORD("gas", "gases"),
	WORD("lens", "lenses"), ENDING("ss", "sses"),
	ENDING("se", "ses"), ENDING("sis", "ses"),

	/* other hissing sounds */
	ENDING("cache", "caches"), ENDING("headache", "headaches"),
	ENDING("niche", "niches"), ENDING("tranche", "tranches"),
	ENDING("avalanche", "avalanches"), ENDING("epoch", "epochs"),
	ENDING("tech", "techs"), ENDING("stomach", "stomachs"),
	ENDING("monarch", "monarchs"), ENDING("ch", "ches"),
	ENDING("sh", "shes"), ENDING("tx", "txs"), LATER("x", "xes"),
	ENDING("zz", "zzes"), ENDING("tz", "tzes"), ENDING("ze", "zes"),
	LATER("z", "zes"),

	/* everything else */
	ENDING("", "s")
};

/*
 * The forms of all rules by their last letter: see index_rules().
 */
#define NUM_LETTERS		26
#define NUM_FORMS		(2 * lengthof(inflection_rules))

static bool rules_are_indexed = false;
static int16 first_form[NUM_LETTERS];
static int16 next_form[NUM_FORMS];

/* Endings of key columns, after an underscore in any case... */
static const char *const key_suffixes[] = {
	"_row_id", "_id", "_uuid", "_guid", "_fkey", "_fk"
};

/* ... or as the last hump of a camelCase name, in just this case */
static const char *const key_humps[] = {
	"Id", "ID", "Uuid", "UUID", "Guid", "GUID", "Fk", "FK"
};

/* ... or, in some houses, in front */
static const char *const key_prefixes[] = {
	"id_", "fk_"
};

static char *inflect_name(const char *name, Number wanted);
static const InflectionRule *find_rule(const char *name, Number *number);
static bool has_number(const char *name, Number number);
static inline bool form_ends_name(const InflectionRule *rule, Number number,
								  const char *name, size_t length);
static char *replace_form(const char *name, const InflectionRule *rule,
						  Number number, bool upper);
static bool wants_upper_ending(const char *name, const InflectionRule *rule,
							   Number number);
static size_t shared_length(const InflectionRule *rule);
static size_t last_word_length(const char *name, size_t length);
static List *add_preimage(List *names, char *candidate, Number number,
						  const char *form);
static bool starts_with(const char *text, const char *prefix);
static char *copy_if_named(const char *start, size_t length);

static inline bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* The letters of the rules are in lower case; one bit tells the cases apart. */
static inline bool
is_letter(char c, char letter)
{
	return (c | 0x20) == letter;
}

/* Letters and digits; no byte of a multibyte character ends a word. */
static inline bool
is_word_byte(char c)
{
	return is_lower(c) || is_upper(c) || (c >= '0' && c <= '9') ||
		IS_HIGHBIT_SET(c);
}

/*
 * Return the plural of a name, or a copy of the name if it is a plural.
 */
char *
relgraph_pluralize(const char *name)
{
	return inflect_name(name, PLURAL);
}

/*
 * Return the singular of a name, or a copy of the name if it is a singular.
 */
char *
relgraph_singularize(const char *name)
{
	return inflect_name(name, SINGULAR);
}

/*
 * Return all the names whose plural or singular is the given form.  The form
 * is always one of them, as it has one number or the other.
 *
 * The list is complete because inflect_name() returns either its argument or
 * what replace_form() makes of it with some rule, and both are undone here:
 * the letters that the rule took away were of one case.  The word's limits
 * are left to the check in add_preimage(), since they can move when case
 * changes in the word.
 */
List *
relgraph_inflection_preimages(const char *form)
{
	size_t		length = strlen(form);
	bool		may_be_upper = length > 0 && !is_lower(form[length - 1]);
	List	   *names = list_make1(pstrdup(form));

	for (int i = 0; i < lengthof(inflection_rules); i++)
	{
		const InflectionRule *rule = &inflection_rules[i];

		for (int n = SINGULAR; n <= PLURAL; n++)
		{
			Number		number = (Number) n;

			if (!form_ends_name(rule, number, form, length))
				continue;

			names = add_preimage(names,
								 replace_form(form, rule, number, false),
								 number, form);

			/*
			 * What comes before an ending in capitals, or what replaced it,
			 * is not in lower case.
			 */
			if (may_be_upper)
				names = add_preimage(names,
									 replace_form(form, rule, number, true),
									 number, form);
		}
	}

	return names;
}

/*
 * Return the name of a column without what marks it as a key, or NULL if
 * nothing does or no name is left.  At most one mark is taken away: the "id"
 * of "id_card_id" may well be part of the name.
 */
char *
relgraph_strip_key_suffix(const char *column)
{
	size_t		length = strlen(column);

	for (int i = 0; i < lengthof(key_suffixes); i++)
	{
		const char *suffix = key_suffixes[i];
		size_t		suffix_length = strlen(suffix);

		/* A suffix on its own, such as "row_id", names nothing. */
		if (length == suffix_length - 1 && starts_with(column, suffix + 1))
			return NULL;

		if (length > suffix_length &&
			starts_with(column + length - suffix_length, suffix))
			return copy_if_named(column, length - suffix_length);
	}

	for (int i = 0; i < lengthof(key_humps); i++)
	{
		size_t		kept = length - Min(length, strlen(key_humps[i]));

		if (kept > 0 && strcmp(column + kept, key_humps[i]) == 0 &&
			is_word_byte(column[kept - 1]) && !is_upper(column[kept - 1]))
			return copy_if_named(column, kept);
	}

	for (int i = 0; i < lengthof(key_prefixes); i++)
	{
		size_t		prefix_length = strlen(key_prefixes[i]);

		if (starts_with(column, key_prefixes[i]))
			return copy_if_named(column + prefix_length,
								 length - prefix_length);
	}

	return NULL;
}

/*
 * Return the name in the wanted number.  A name stays as it is if it has that
 * number already, and also if what the rule makes of it would not be taken
 * for that number ("medias" without its s is no singular): so inflecting
 * twice is always the same as inflecting once.
 */
static char *
inflect_name(const char *name, Number wanted)
{
	Number		number;
	const InflectionRule *rule = find_rule(name, &number);

	if (number != wanted)
	{
		char	   *result;

		result = replace_form(name, rule, number,
							  wants_upper_ending(name, rule, number));
		if (has_number(result, wanted))
			return result;
		pfree(result);
	}

	return pstrdup(name);
}

/*
 * Chain the forms of all rules by their last letter, in the order in which
 * they are tried: form 2 * i is the plural of rule i, 2 * i + 1 its singular.
 * The empty form, the very last one, is in no chain.
 */
static void
index_rules(void)
{
	int			tail[NUM_LETTERS];

	for (int letter = 0; letter < NUM_LETTERS; letter++)
		tail[letter] = first_form[letter] = -1;
	for (int form = 0; form < NUM_FORMS; form++)
	{
		const InflectionRule *rule = &inflection_rules[form / 2];
		Number		number = form % 2 == 0 ? PLURAL : SINGULAR;
		int			letter;

		next_form[form] = -1;
		if (rule->length[number] == 0)
			continue;
		letter = rule->form[number][rule->length[number] - 1] - 'a';
		if (tail[letter] < 0)
			first_form[letter] = form;
		else
			next_form[tail[letter]] = form;
		tail[letter] = form;
	}
	rules_are_indexed = true;
}

/*
 * Return the first rule that fits the name, and the number it gives the name.
 */
static const InflectionRule *
find_rule(const char *name, Number *number)
{
	size_t		length = strlen(name);
	size_t		word_length = last_word_length(name, length);
	int			letter = length > 0 ? (name[length - 1] | 0x20) - 'a' : -1;
	int			form = -1;

	if (!rules_are_indexed)
		index_rules();
	if (letter >= 0 && letter < NUM_LETTERS)
		form = first_form[letter];
	for (; form >= 0; form = next_form[form])
	{
		const InflectionRule *rule = &inflection_rules[form / 2];

		*number = form % 2 == 0 ? PLURAL : SINGULAR;
		if (form_ends_name(rule, *number, name, length) &&
			word_length >= rule->length[*number] + rule->min_stem &&
			word_length <= rule->length[*number] + rule->max_stem)
			return rule;
	}

	/* The last rule's singular is empty: it fits every name. */
	*number = SINGULAR;
	return &inflection_rules[lengthof(inflection_rules) - 1];
}

/*
 * Return whether the name has the given number, perhaps besides the other.
 */
static bool
has_number(const char *name, Number number)
{
	Number		found;
	const InflectionRule *rule = find_rule(name, &found);

	return found == number ||
		strcmp(rule->form[SINGULAR], rule->form[PLURAL]) == 0;
}

/*
 * Return whether the name, of the given length, ends in this form of the
 * rule, and the letters that the other form does not have are of one case.
 */
static inline bool
form_ends_name(const InflectionRule *rule, Number number, const char *name,
			   size_t length)
{
	const char *form = rule->form[number];
	size_t		form_length = rule->length[number];
	const char *ending;
	bool		upper;

	if (length < form_length)
		return false;

	ending = name + length - form_length;
	for (size_t i = form_length; i > 0; i--)
	{
		if (!is_letter(ending[i - 1], form[i - 1]))
			return false;
	}

	upper = length > 0 && is_upper(name[length - 1]);
	for (size_t i = shared_length(rule); i < form_length; i++)
	{
		if (is_upper(ending[i]) != upper)
			return false;
	}
	return true;
}

/*
 * Return a copy of the name, which must end in this form of the rule, with
 * the other form instead.  What the forms share keeps its case.
 */
static char *
replace_form(const char *name, const InflectionRule *rule, Number number,
			 bool upper)
{
	Number		other = (number == SINGULAR) ? PLURAL : SINGULAR;
	size_t		shared = shared_length(rule);
	size_t		kept = strlen(name) - rule->length[number] + shared;
	size_t		added = rule->length[other] - shared;
	char	   *result = palloc(kept + added + 1);

	memcpy(result, name, kept);
	memcpy(result + kept, rule->form[other] + shared, added + 1);
	for (size_t i = kept; upper && i < kept + added; i++)
		result[i] = pg_ascii_toupper((unsigned char) result[i]);

	return result;
}

/*
 * Return whether replacing this form of the rule takes capitals: those that
 * replace letters take the case of these, and those merely added go with the
 * name back to its last separator: "USER_ID" gets "S", "userID" gets "s".
 */
static bool
wants_upper_ending(const char *name, const InflectionRule *rule,
				   Number number)
{
	size_t		length = strlen(name);
	bool		upper = false;

	if (rule->length[number] > shared_length(rule))
		return is_upper(name[length - 1]);

	for (; length > 0 && is_word_byte(name[length - 1]); length--)
	{
		if (is_lower(name[length - 1]))
			return false;
		if (is_upper(name[length - 1]))
			upper = true;
	}
	return upper;
}

/*
 * Return how many letters at their start the two forms of a rule share.
 */
static size_t
shared_length(const InflectionRule *rule)
{
	size_t		shared = 0;

	while (rule->form[SINGULAR][shared] != '\0' &&
		   rule->form[SINGULAR][shared] == rule->form[PLURAL][shared])
		shared++;
	return shared;
}

/*
 * Return the length of the last word of a name: what follows the last byte
 * that is no letter or digit, or begins with the capital that ends a run of
 * lower case ("orderItem") or of capitals ("HTTPServer").  A lone "s" or "es"
 * after capitals is an ending, not a word: "URLs", "STATUSes".
 */
static size_t
last_word_length(const char *name, size_t length)
{
	size_t		start = length;

	while (start > 0 && is_word_byte(name[start - 1]))
	{
		const char *next = name + start;

		start--;
		if (start > 0 && is_upper(name[start]) &&
			(is_lower(name[start - 1]) ||
			 (is_lower(*next) &&
			  strcmp(next, "s") != 0 && strcmp(next, "es") != 0)))
			break;
	}
	return length - start;
}

/*
 * Add the candidate to the list of names, if it is not there yet and the form
 * is what it becomes in the given number.  Frees the candidate otherwise.
 */
static List *
add_preimage(List *names, char *candidate, Number number, const char *form)
{
	char	   *result;
	ListCell   *lc;

	foreach(lc, names)
	{
		if (strcmp((char *) lfirst(lc), candidate) == 0)
		{
			pfree(candidate);
			return names;
		}
	}

	result = inflect_name(candidate, number);
	if (strcmp(result, form) == 0)
		names = lappend(names, candidate);
	else
		pfree(candidate);
	pfree(result);

	return names;
}

/*
 * Return whether the text starts with the prefix, which is in lower case; the
 * text may be in any.
 */
static bool
starts_with(const char *text, const char *prefix)
{
	for (; *prefix != '\0'; text++, prefix++)
	{
		if (pg_ascii_tolower((unsigned char) *text) != *prefix)
			return false;
	}
	return true;
}

/*
 * Return a copy of this piece of a name, or NULL if it has no letter.
 */
static char *
copy_if_named(const char *start, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		if (is_lower(start[i]) || is_upper(start[i]) ||
			IS_HIGHBIT_SET(start[i]))
			return pnstrdup(start, length);
	}
	return NULL;
}
