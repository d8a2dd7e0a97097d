//! Credentials that a name, a header, a command or their structure betrays; `{…}` marks what must be covered, no more and no
//! less. (`⟦` and `⟧` stand for braces of the text itself.)

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

use conclave_privacy::Redactor;
use conclave_protocol::Category;

use common::parse;

fn assert_found(category: Category, marked: &[&str]) {
    let redactor = Redactor::new().unwrap();
    for marked in marked {
        let (text, expected) = parse(marked);
        let found = redactor.find(&text).unwrap();
        let places: Vec<_> =
            found.iter().filter(|f| f.category == category).map(|f| (f.span.start, f.span.end)).collect();
        assert_eq!(places, expected, "{marked}: {found:?}");
    }
}

fn assert_clean(texts: &[&str]) {
    let redactor = Redactor::new().unwrap();
    for text in texts {
        let (text, _) = parse(text);
        let found = redactor.find(&text).unwrap();
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}

#[test]
fn passwords_are_found_in_every_notation() {
    assert_found(
        Category::Password,
        &[
            "password={hunter2}",
            "DB_PASSWORD={correcthorse}\nDB_HOST=db",
            "export PGPASSWORD='{s3cr3t-pw}'",
            "  password: {hunter2}\n",
            "level=info msg=\"password: {ZQBBAFEARQBHADcAUQBJAHQAMQBVAEYA}\" took=12ms",
            "\"password\": \"{correcthorse}\",",
            r#"\"password\": \"{Tr0ub4dor&3}\""#,
            "passwd: '{Tr0ub4dor&3}'",
            "$config['db_pass'] = '{gr33nfish}';",
            "define('DB_PASSWORD', '{gr33nfish}');",
            "String password = \"{gr33nfish}\";",
            "const password: &str = \"{gr33nfish}\";",
            "dbPassword := \"{gr33nfish}\"",
            "password := []byte(\"{gr33nfish}\")",
            "user.setPassword(\"{gr33nfish}\");",
            "spring.datasource.password={gr33nfish}",
            "<password>{gr33nfish}</password>",
            "<add key=\"DbPassword\" value=\"{gr33nfish}\" />",
            "- name: DB_PASSWORD\n  value: {gr33nfish}",
            "ENV MYSQL_ROOT_PASSWORD={gr33nfish}",
            "password = \"{gr33nfish}\" # terraform",
            "Server=db;Database=x;User Id=sa;Password={gr33n,fish};Encrypt=yes",
            "Driver=ODBC;Uid=sa;Pwd={gr33nfish};Port=1",
            "jdbc:mysql://db/x?user=root&password={gr33nfish}&useSSL=false",
            "CREATE USER a IDENTIFIED BY '{gr33nfish}';",
            "ALTER ROLE a WITH PASSWORD '{gr33nfish}';",
            "tool --password {gr33nfish} --verbose",
            "machine example.com login jane password {gr33nfish}",
            "mysql -u root -p{gr33nfish} shop",
            "sshpass -p '{gr33nfish}' ssh a@b",
            "curl -u jane:{gr33nfish} https://example.com",
            "curl --user 'jane:{gr33nfish}' https://example.com",
            "ConvertTo-SecureString \"{gr33nfish}\" -AsPlainText",
            "my password is {gr33n_fish}.",
            "The password for the staging server is {gr33n_fish}, do not share it.",
            "Mein Passwort lautet {gr33n_fish}.",
            "Kennwort: {gr33n_fish}",
            "mot de passe : {gr33n_fish}",
            "contraseña: {gr33n_fish}",
            "senha: {gr33n_fish}",
            "пароль: {gr33n_fish}",
            "密码: {gr33n_fish}",
            "**Password:** {gr33n_fish}",
            "| password | {gr33n_fish} |",
            "Authorization: Basic {amFuZTpncjMzbmZpc2g=}",
        ],
    );
}

#[test]
fn tokens_and_keys_are_found_in_every_notation() {
    assert_found(
        Category::ApiKey,
        &[
            // Short words of documentation, and hexadecimal digits without letters, come about by chance.
            "api_key={pvgfZGp3hJM2of9xe4qsLHaTOdOgmG}",
            "api_key={646971454630726544525476587039787863427252353732695374467159}",
            "api_key = '{q8Zr2LmX0vTn5Kd7}'",
            "\"token\": \"{q8Zr2LmX0vTn5Kd7}\"",
            "AccountName=a;AccountKey={lJzRc1YdHaAA2KCNJJ1tkYwF6Ygw0NGe170Xu592euJv2wYUtBlV8z==};EndpointSuffix=x",
            "//packages.example.org/:_authToken={3b1c0f7a-8e2d-4f6b-9a5c-7d0e1f2a3b4c}",
            "define('AUTH_KEY', '{k3J#9s!qPz7vB@2mX^5nL&8wR*1tY%4Gh}');",
            "X-Api-Key: {q8Zr2LmX0vTn5Kd7}",
            "X-Auth-Token: {3fea6af1349166ea}",
            "Ocp-Apim-Subscription-Key: {0b9d7a2e4c6f81350b9d7a2e4c6f8135}",
            "Authorization: Bearer {q8Zr2LmX0vTn5Kd7}",
            "-H 'Proxy-Authorization: Token {q8Zr2LmX0vTn5Kd7}'",
            "my api key is {q8Zr2LmX0vTn5Kd7}",
            "--token={q8Zr2LmX0vTn5Kd7}",
            "aws_secret_access_key = {wJqLrXUtnFEMIK7MDENGbPxRfiCYzYqKpLmXo8Tv}",
            "datadog: {0b9d7a2e4c6f81350b9d7a2e4c6f8135}",
            "client_secret=$⟦CLIENT_SECRET:-{q8Zr2LmX0vTn5Kd7}⟧",
        ],
    );
    assert_found(
        Category::Secret,
        &[
            "Cookie: theme=dark; connect.sid={s%3Aq8Zr2LmX0vTn5Kd7aB}",
            "PHPSESSID={q8zr2lmx0vtn5kd7a1b2c3d4e5}",
            "Set-Cookie: app={q8Zr2LmX0vTn5Kd7aB}; Path=/",
            "\"secret\": \"{q8Zr2LmX0vTn}\"",
        ],
    );
}

#[test]
fn hashes_of_passwords_are_found() {
    assert_found(
        Category::Secret,
        &[
            "jane:{$2y$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW}",
            "{$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$RdescudvJCsgt3ub+b2dWRWJTmaaJObG}",
            "root:{$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1}:19",
            "jane:{$apr1$mEV8fQ3z$V9TP6tL6qH2xX64wdxXq4.}",
            "{pbkdf2_sha256$260000$q8Zr2LmX0vTn$5KdZbq8Zr2LmX0vTn5KdZbq8Zr2LmX0vTn5KdZbq8Zr=}",
            "userPassword: {⟦SSHA⟧0c0blFTXXNuAMHECS4uxrj3ZieMoWImr}",
            "jane:1001:{aad3b435b51404eeaad3b435b51404ee:31d6cfe0d16ae931b73c59d7e0c089c0}:::",
        ],
    );
}

#[test]
fn seed_phrases_are_found_in_a_text() {
    assert_found(
        Category::Secret,
        &[
            "Hello! My wallet: {legal winner thank year wave sausage worth useful legal winner thank yellow}. Keep it.",
            "{zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong}",
        ],
    );
}

#[test]
fn references_stand_ins_and_words_are_left() {
    assert_clean(&[
        "password=$⟦DB_PASSWORD⟧",
        "password = os.environ['DB_PASSWORD']",
        "const token = process.env.API_TOKEN;",
        "password: string;",
        "fn login(user: &str, password: &str) -> Token",
        "password: Option<String>,",
        "password = getpass.getpass('Password: ')",
        "DB_PASSWORD=<password>",
        "password: your_password",
        "password: ********",
        "api_key: YOUR_API_KEY",
        "api_key = 'xxxxxxxxxxxxxxxxxxxxxxxx'",
        "\"password\": \"Enter your password\"",
        "<input type=\"password\" name=\"password\" placeholder=\"Password\">",
        "The password is required and must be at least 8 characters.",
        "A token is a word; the key is to keep going; the secret to success is work.",
        "primary_key: user_id_2024_01",
        "public_key = \"q8Zr2LmX0vTn5Kd7aB3c\"",
        "max_tokens: 4096, token_type: bearer",
        "secretName: my-app-tls-2",
        "--password string   Password of the user",
        "integrity sha512-q8Zr2LmX0vTn5Kd7aB3cq8Zr2LmX0vTn5Kd7aB3cq8Zr2LmX0vTn5Kd7aB3c==",
        "commit 4f1a2b3c4d5e6f708192a3b4c5d6e7f801234567",
        "token: ⟦⟦ secrets.GITHUB_TOKEN ⟧⟧",
        "keyboard = Qwerty12345Layout67890",
        "password_file: /run/secrets/db_password",
        "if (password == null) return;",
        "Authorization: Bearer <token>",
        "- Bump `password-hash` to v0.5",
        "**Username/Password** (`0x02`)",
        "MovedAttribute(\"HTTPPasswordMgr\", \"urllib2\")",
        "curl -u $USER:$PASS https://example.com",
    ]);
}
