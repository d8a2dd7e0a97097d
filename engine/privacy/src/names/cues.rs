//! Words that announce a name, follow one, or belong to one: closed lists in six languages.

use std::sync::LazyLock;

use super::fold::hash;

macro_rules! cues {
    ($($(#[doc = $doc:literal])* $name:ident = $words:literal;)*) => {
        /// What a word announces.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Cue {
            /// Nothing.
            None,
            $($(#[doc = $doc])* $name,)*
        }

        impl Cue {
            /// Number of kinds.
            pub const COUNT: usize = [Self::None $(, Self::$name)*].len();
        }

        /// Kinds with their words.
        const LISTS: &[(Cue, &str)] = &[$((Cue::$name, $words),)*];
    };
}

cues! {
    /// Form of address before a name, without those that are ordinary words.
    Title = "mr mrs ms miss mx dr prof professor doctor sir lady lord dame madam madame mme mlle monsieur messrs herr frau fraulein \
        senor senora senorita sr sra srta sig signor signora signorina dott dottoressa dottore ing dhr mevr mevrouw meneer dona \
        rev reverend capt captain sgt sergeant lt lieutenant col colonel gen general maj major cpl hon judge senator congressman \
        congresswoman governor rabbi imam mister missus prince princess queen king pope pastor officer detective inspector \
        chancellor ambassador dipl";
    /// After a name.
    Suffix = "jr jnr snr ii iii iv phd md esq mba cpa dds mph rn msc bsc dphil llm obe mbe cbe";
    /// Before the name of somebody who is written to.
    Greeting = "dear hi hello hey hiya hallo liebe lieber geehrte geehrter bonjour salut cher chere hola querido querida estimado \
        estimada ciao caro cara gentile beste geachte ola prezado prezada attn attention greetings sehr";
    /// Before the name of the one who writes.
    Closing = "regards sincerely cheers yours faithfully cordially respectfully grusse gruss grussen grusse cordialement saludos saluti groeten \
        atentamente abracos atenciosamente warmly signed wishes hugs mfg sentiments hochachtungsvoll cordialmente thanks thx";
    /// Field of a form whose value is a person.
    NameField = "name names nombre nom nome naam vorname nachname surname firstname lastname fullname forename apellido apellidos cognome \
        prenom voornaam achternaam sobrenome cardholder kontoinhaber titular inhaber kontakt contacto contatto";
    /// Somebody in the role that a text is about.
    Person = "patient customer client employee applicant candidate recipient sender author passenger guest tenant student teacher \
        beneficiary policyholder claimant defendant plaintiff witness member user contact holder owner resident colleague coworker \
        kunde kundin patientin mitarbeiter mitarbeiterin paciente cliente empleado salarie locataire dipendente paziente klant \
        medewerker subscriber payee payer landlord parent caller applicants attendee attendees participant participants invitee present apologies absent suspect victim nominee buyer seller participant survivor spouse guardian";
    /// Somebody's relative or friend.
    Relation = "wife husband son daughter brother sister mother father mom mum dad uncle aunt cousin friend boyfriend girlfriend boss \
        neighbour neighbor nephew niece fiance fiancee partner grandma grandpa grandmother grandfather roommate buddy dog cat baby \
        mutter vater bruder schwester sohn tochter freund freundin mann mere pere frere soeur mari femme fils fille madre padre \
        hermano hermana hijo hija esposa esposo fratello sorella moglie marito figlio figlia moeder vader broer zus zoon dochter \
        stepson stepdaughter twin twins granddaughter grandson";
    /// A trade or an office, before or after a name.
    Role = "ceo cfo cto coo president chairman chairwoman director manager engineer nurse lawyer attorney minister secretary \
        founder cofounder editor reporter actor actress singer player coach author accountant analyst architect assistant \
        consultant designer developer supervisor therapist surgeon physician dentist pharmacist professor lecturer dean mayor \
        sheriff agent broker trainer producer drummer guitarist rapper comedian chef pilot clerk recruiter representative specialist \
        technician plumber electrician teacher principal librarian journalist programmer psychologist veterinarian midwife \
        officer head lead vp driver waiter waitress cashier courier paramedic receptionist caretaker janitor barista nanny \
        babysitter tutor mentor intern trainee volunteer solicitor barrister counsel notary translator interpreter curator trustee \
        treasurer chairperson striker goalkeeper midfielder defender referee novelist economist historian photographer politician \
        businessman businesswoman entrepreneur scientist musician firefighter guide host geschaftsfuhrer arzt arztin directeur directora medico avvocato";
    /// What a person says or does, after the name.
    Says = "said says told asked asks wrote writes replied added thinks called lives works worked lived joined moved born emailed texted \
        signed agreed claims tweeted posted argued announced explained won scored died resigned retired married studied graduated \
        sagte schrieb wohnt arbeitet dit habite travaille vive trabaja lavora abita woont werkt zei has who was will is does went wants loves \
        knows";
    /// What is done to a person, before the name.
    Meets = "meet met ask call contact email tell visit thank notify ping invite remind cc follow followed interview interviewed \
        hire hired marry married see saw know knew love miss meeting meets congratulate congratulations welcome contactez llame \
        welcoming greet assist owe pay reach assigned introduce consult consulted thanked informed remember";
    /// Before a name that is said to be one.
    Called = "named called nicknamed alias aka genannt namens nomme nommee llamado llamada llamo chiamo chiama chiamato heet heisse \
        heisst heiss mevrouw appelle appele";
    /// `I'm`.
    Iam = "i'm im ich je yo ik io soy suis sono bin ben sou";
    /// `I`.
    I = "i";
    /// Forms of `to be`.
    Is = "am are were ist es est era sind war e be been";
    /// `my`, `our`, `his`.
    My = "my our his her their your mein meine mon ma mes mi mio mia meu minha mijn";
    /// `this`, `here`.
    This = "this here it's its that dies hier c'est esto questo dit das";
    /// `me`.
    Me = "me mich moi us him them you";
    /// `in`.
    In = "in im en inside within across throughout around outside downtown near nahe nach aus dans em te uit bei chez vers";
    /// `at`.
    At = "at";
    /// `from`.
    From = "from von desde da du aus van vanuit dal";
    /// `to`.
    To = "to into toward towards zu zum zur al aan para";
    /// `for`.
    For = "for fur pour por per voor";
    /// `with`.
    With = "with mit avec con com met alongside without";
    /// `by`.
    By = "by par durch door";
    /// `of`.
    Of = "of of' der des do dos di del dello della dell";
    /// `and`.
    And = "and und et y ed en or oder ou o plus vs versus n";
    /// `the`, `a`.
    The = "the a an die le les el los il lo gli het een un une una uno os";
    /// Parts of surnames between others.
    Particle = "de la den ter ten bin ibn al-' ap mac mc vander vanden dela las della";
    /// `live`, `born`, `move`: a place follows, after a preposition.
    Lives = "live living reside resides residing located based move moving relocated relocating grew raised staying stay stayed \
        travel traveling travelling traveled travelled trip flight fly flying flew drive driving drove visiting visited wohne lebe \
        lebt geboren vivo habito habitons domicilie nacido nacida nato nata visit arrive arrived arriving landed headed back home \
        holiday vacation tour conference";
    /// `work`, `employed`: a company follows, after a preposition.
    Works = "work working employed employer employment hired job position interned internship intern company firm arbeite trabajo \
        travaille lavoro werk startup agency shareholder stock shares invest account acquired acquires ceo's";
    /// Field of a form whose value is a place.
    PlaceField = "city town location birthplace place country state province region county ort stadt ville pays ciudad pais citta paese \
        stad land wohnort geburtsort lieu lugar luogo plaats cidade destination hometown village district";
    /// Field of a form whose value is a company.
    OrganisationField = "organisation organization company's employer firma unternehmen societe entreprise empresa azienda bedrijf vendor supplier \
        insurer manufacturer";
    /// Last word of a company's name.
    Company = "inc ltd llc plc corp corporation gmbh ag kg ohg sarl sas bv nv oy ab spa srl ltda pty llp lp kgaa se mbh sas aps asa";
    /// Word of an organisation's name, most often its last.
    Organisation = "university college institute hospital school foundation association ministry department council committee airlines \
        airways motors industries technologies solutions systems partners associates insurance pharmaceuticals laboratories labs media entertainment \
        records studios club union church group holdings bank co enterprises consulting logistics capital ventures holding clinic \
        academy society federation universitat hochschule klinik krankenhaus universite hopital banque universidad banco hospitales universita \
        ospedale banca universiteit ziekenhuis bibliothek museum library press news times post network software energy financial \
        electronics communications services telecom brothers sons stores supermarket";
    /// Word of a place's name, most often its last.
    Landmark = "river lake island islands valley beach airport park bay mountain mountains mount hill hills square bridge station \
        forest falls creek canyon desert harbor harbour port coast cape peninsula ocean sea stadium arena theatre theater tower palace \
        castle cathedral plaza mall center centre gardens downs heights";
    /// Type of a street.
    Street = "street st road rd avenue ave boulevard blvd lane ln drive dr. court ct highway hwy parkway pkwy terrace crescent way circle \
        strasse str weg platz allee gasse rue calle via corso rua avenida straat laan plein gatan vej gade";
    /// Points of the compass and the like before a place's name.
    Compass = "north south east west northern southern eastern western central upper lower greater new old san santa saint fort los las \
        nord sud ost port mount";
    /// Months and days.
    Calendar = "january february march april may june july august september october november december monday tuesday wednesday \
        thursday friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun \
        januar februar marz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag janvier fevrier mars \
        avril juin juillet aout octobre decembre lundi mardi mercredi jeudi vendredi samedi dimanche enero febrero abril mayo junio \
        julio agosto septiembre octubre noviembre diciembre gennaio febbraio marzo aprile maggio giugno luglio settembre ottobre \
        novembre dicembre christmas easter halloween thanksgiving tomorrow today yesterday tonight morning morgen heute demain hier manana";
    /// Words that begin sentences and requests, and are not names.
    Opening = "please yes no ok okay thanks thank if when where why how what which then also but so because however can could would \
        should do did have let just i've i'll i'd we've we'll we're we'd you're you've you'll you'd they're they've they'll he'll he'd she'll \
        she'd it'll there's that'll what're don't can't won't didn't doesn't isn't wasn't aren't couldn't shouldn't wouldn't haven't hasn't \
        let's ain't not there we they he she it you on as or one all some our your";
    /// Nationalities, peoples, religions, parties and their followers.
    Group = "american americans british briton britons english englishman scottish scot scots welsh irish irishman german germans french frenchman \
        italian italians spanish spaniard spaniards portuguese dutch dutchman belgian belgians swiss austrian austrians danish dane danes \
        swedish swede swedes norwegian norwegians finnish finn finns icelandic icelander polish pole poles czech czechs slovak slovaks \
        slovenian slovene hungarian hungarians romanian romanians bulgarian bulgarians serbian serb serbs croatian croat croats bosnian \
        albanian albanians macedonian montenegrin kosovar greek greeks cypriot turkish turk turks russian russians ukrainian ukrainians \
        belarusian estonian estonians latvian latvians lithuanian lithuanians moldovan georgian georgians armenian armenians azerbaijani \
        kazakh uzbek turkmen kyrgyz tajik afghan afghans iranian iranians persian persians iraqi iraqis syrian syrians lebanese israeli \
        israelis palestinian palestinians jordanian saudi saudis yemeni omani emirati qatari kuwaiti bahraini egyptian egyptians libyan \
        tunisian algerian moroccan moroccans sudanese ethiopian ethiopians eritrean somali somalis kenyan kenyans ugandan tanzanian rwandan \
        burundian congolese nigerian nigerians ghanaian ghanaians senegalese malian ivorian cameroonian gambian liberian angolan zambian \
        zimbabwean mozambican namibian botswanan malawian malagasy mauritian african africans indian indians pakistani pakistanis bangladeshi nepalese nepali \
        bhutanese tibetan maldivian burmese thai laotian cambodian vietnamese malaysian singaporean indonesian indonesians filipino \
        filipinos filipina chinese taiwanese japanese korean koreans mongolian asian asians australian australians aussie kiwi maori fijian \
        samoan tongan polynesian canadian canadians mexican mexicans guatemalan honduran salvadoran nicaraguan panamanian cuban cubans \
        haitian haitians dominican jamaican jamaicans trinidadian barbadian bahamian brazilian brazilians argentinian argentine argentinians \
        chilean chileans peruvian peruvians colombian colombians venezuelan venezuelans ecuadorian bolivian paraguayan uruguayan guyanese \
        european europeans scandinavian latino latina latinos hispanic hispanics caucasian arab arabs kurdish kurd kurds berber hausa igbo \
        yoruba zulu xhosa tamil punjabi bengali gujarati sikh sikhs hindu hindus buddhist buddhists muslim muslims christian christians \
        catholic catholics protestant protestants orthodox jewish jew jews mormon mormons quaker methodist baptist lutheran anglican \
        presbyterian evangelical pentecostal adventist jain atheist atheists agnostic pagan wiccan taoist shinto shia sunni \
        democrat democrats republican republicans socialist socialists communist communists libertarian conservative tory tories marxist \
        liechtensteiner luxembourgish luxembourger maltese andorran monegasque sammarinese";
    /// Plain nouns that stand where a name could.
    Thing = "number address phone email card account date code password order invoice letter report project team file form issue \
        version table figure chapter section page part note example error warning iban bic swift pin ssn vat cvv cvc imei";
    /// Terms of computing that begin with a capital and name nobody: systems, formats, protocols, parts of programs.
    Computing = "linux unix posix freebsd openbsd netbsd macos ios android ubuntu debian fedora wasm webassembly javascript typescript \
        html css json yaml toml xml csv sql http https tcp udp dns tls ssl ssh ftp smtp imap utf unicode ascii sha md5 aes rsa hmac \
        jwt oauth api apis sdk cli gui ide cpu gpu ram simd uri url urls uuid regex readme changelog semver config backend backends \
        frontend frontends parser parsers serialize deserialize debug github gitlab git llvm gcc clang openssl docker kubernetes \
        nan dom risc enhancements refactor async mutex enum boolean bluetooth wifi usb hdmi pdf svg png jpeg gif mpeg";
}

impl Cue {
    /// Whether a dot may follow the word inside of a sentence.
    pub const fn is_abbreviation(self) -> bool {
        matches!(self, Self::Title | Self::Suffix | Self::Company | Self::Street | Self::Calendar)
    }
}

/// Slots of the table: four times as many as words, so that nearly every look-up ends at the first slot.
const SLOTS: usize = 8192;

/// Open addressing; a slot has 24 bits of the word's number and the cue. It is made when the first text is read: compiled, it
/// would be nine kilobytes of the program as it is sent, beside the words.
static TABLE: LazyLock<Box<[u32; SLOTS]>> = LazyLock::new(|| {
    let mut table = Box::new([0; SLOTS]);
    for (cue, words) in LISTS {
        for word in words.split_ascii_whitespace() {
            insert(&mut table, hash(word.as_bytes()), *cue as u8);
        }
    }
    table
});

/// Puts a word in; the first list that has it counts.
fn insert(table: &mut [u32; SLOTS], number: u64, cue: u8) {
    let mut slot = number as usize % SLOTS;
    while table[slot] != 0 {
        if table[slot] & 0xffff_ff00 == tag(number) {
            return;
        }
        slot = (slot + 1) % SLOTS;
    }
    table[slot] = tag(number) | u32::from(cue);
}

fn tag(number: u64) -> u32 {
    (number >> 32) as u32 & 0xffff_ff00
}

/// What the word with this number announces.
#[inline]
pub fn of(number: u64) -> Cue {
    let table = &**TABLE;
    let mut slot = number as usize % SLOTS;
    loop {
        let value = table[slot];
        if value == 0 {
            return Cue::None;
        }
        if value & 0xffff_ff00 == tag(number) {
            return LISTS.get((value & 0xff) as usize - 1).map_or(Cue::None, |(cue, _)| *cue);
        }
        slot = (slot + 1) % SLOTS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        for (word, cue) in [
            ("MRS", Cue::Title),
            ("Regards", Cue::Closing),
            ("Müller", Cue::None),
            ("GmbH", Cue::Company),
            ("März", Cue::Calendar),
        ] {
            assert_eq!(of(hash(word.as_bytes())), cue, "{word}");
        }
    }

    #[test]
    fn every_word_has_a_cue() {
        for (_, words) in LISTS {
            for word in words.split_whitespace() {
                assert_ne!(of(hash(word.as_bytes())), Cue::None, "{word}");
            }
        }
        assert!(TABLE.iter().filter(|slot| **slot != 0).count() * 2 < SLOTS, "room enough that look-ups are short");
    }
}
