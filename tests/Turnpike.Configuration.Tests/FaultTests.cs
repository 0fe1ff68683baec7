namespace Turnpike.Configuration.Tests;

public sealed class FaultTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_secret_out_of_reach_is_no_fault_for_what_sends_nothing()
    {
        _folder.With("""{ "data": "books", "providers": [{ "id": "beta", "baseUrl": "https://beta.example", "key": "env:NOT_SET_ANYWHERE" }] }""");
        Assert.NotEmpty(_folder.Load().Faults);

        _folder.Sources = _folder.Sources with { NeedsSecrets = false };

        Assert.EndsWith("books", _folder.Load().Settings!.Storage.DataDirectory, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_a_file_are_reported_together_with_line_column_and_path()
    {
        var faults = _folder.With("""
            {
              // every line that follows has a fault
              "datta": "x",
              "durability": "paper",
              "urls": ["127.0.0.1:8088"],
              "startingCredit": -1,
              "localEngines": "yes",
              "limits": { "attemptsMax": 99, "bodyTimeout": "soon", "bodyBytes": 1 },
              "providers": [
                { "id": "acme", "baseUrl": "foo" },
                { "id": "acme", "baseUrl": "https://acme.example/v1" },
                { "id": "Bad Slug", "baseUrl": "https://x.example" },
                { "id": "beta", "baseUrl": "https://beta.example", "key": "env:NOT_SET_ANYWHERE" },
                { "id": "gamma", "baseUrl": "https://gamma.example", "key": "file:no-such-file" },
                { "id": "delta" },
                { "id": "eta", "baseUrl": "https://eta.example", "dialect": "morse", "concurrency": 0, "headers": { "Host": "x" } }
              ],
              "models": [
                { "id": "noslash" },
                { "id": "acme/large", "contextLength": "many", "inputModalities": ["smell"] },
                { "id": "acme/large" },
              ],
              "endpoints": [
                { "provider": "acmee", "model": "acme/large", "upstreamModel": "l", "prices": { "prompt": 1, "completion": 1 } },
                { "provider": "acme", "model": "acme/unheard-of", "prices": { "prompt": 1, "completion": 2 } },
                { "provider": "acme", "model": "acme/large", "upstreamModel": "l", "prices": { "prompt": -1, "completion": 2000000 } },
                { "provider": "acme", "model": "acme/large", "upstreamModel": "l2", "prices": { "prompt": "0.1234567891", "completion": 1 } },
                { "provider": "acme", "model": "acme/large", "upstreamModel": "l3" },
                { "provider": "acme", "model": "acme/large", "upstreamModel": "l3", "prices": { "prompt": 1, "completion": 1 } },
              ]
            }
            """).Faults();

        string[] wanted =
        [
            "turnpike.json:3:3 datta: is not a known field; did you mean \"data\"?",
            "turnpike.json:4:17 durability: must be one of ",
            "turnpike.json:5:12 urls[0]: must be an address to listen on like http://127.0.0.1:8088, but is \"127.0.0.1:8088\"",
            "turnpike.json:6:21 startingCredit: must not be negative, but is -1",
            "turnpike.json:7:19 localEngines: must be true or false, but is \"yes\"",
            "turnpike.json:8:30 limits.attemptsMax: must be from 1 to 16, but is 99",
            "turnpike.json:8:49 limits.bodyTimeout: must be seconds or a text like",
            "turnpike.json:8:57 limits.bodyBytes: is not a known field; did you mean \"bodyBytesMax\"?",
            "turnpike.json:10:32 providers[0].baseUrl: must be an absolute http(s) URL, but is \"foo\"",
            "turnpike.json:11:13 providers[1].id: is given twice: \"acme\" stands on line 10 already",
            "turnpike.json:12:13 providers[2].id: must be lower case letters, digits and hyphens, but is \"Bad Slug\"",
            "turnpike.json:13:63 providers[3].key: names the environment variable NOT_SET_ANYWHERE, which is not set",
            "turnpike.json:14:65 providers[4].key: names the file no-such-file, which cannot be read (it is not there)",
            "turnpike.json:15:5 providers[5].baseUrl: is missing",
            "turnpike.json:16:65 providers[6].dialect: must be one of openai-chat, openai-responses, anthropic-messages, gemini, vertex, bedrock-converse, azure-openai, cohere-v2, ollama, simulator, but is \"morse\"",
            "turnpike.json:16:89 providers[6].concurrency: must be from 1 to 1000000, but is 0",
            "turnpike.json:16:105 providers[6].headers.Host: is a header that is not yours to set",
            "turnpike.json:19:13 models[0].id: must be author/slug",
            "turnpike.json:20:44 models[1].contextLength: must be a whole number, but is \"many\"",
            "turnpike.json:20:72 models[1].inputModalities[0]: must be one of text, image",
            "turnpike.json:21:13 models[2].id: is given twice: \"acme/large\" stands on line 20 already",
            "turnpike.json:24:19 endpoints[0].provider: names the provider \"acmee\", which is not known; did you mean \"acme\"?",
            "turnpike.json:25:5 endpoints[1].upstreamModel: is missing",
            "turnpike.json:25:36 endpoints[1].model: names the model \"acme/unheard-of\", which is not known",
            "turnpike.json:26:94 endpoints[2].prices.prompt: must not be negative, but is -1",
            "turnpike.json:26:112 endpoints[2].prices.completion: must be at most 100000 USD per million tokens, but is 2000000",
            "turnpike.json:27:95 endpoints[3].prices.prompt: must have at most 9 decimals, but is \"0.1234567891\"",
            "turnpike.json:28:5 endpoints[4].prices: is missing",
            "turnpike.json:29:36 endpoints[5].model: is given twice at acme: this endpoint stands on line 28 already",
        ];
        Assert.True(wanted.Length == faults.Length, string.Join('\n', faults));
        Assert.All(wanted.Zip(faults), static pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ \"data\": \"x\" \"urls\": [] }", "turnpike.json:1:15: is not JSON: ")]
    [InlineData("{\n  \"data\": \"x\"", "turnpike.json:2:14: is not JSON: ")]
    [InlineData("", "turnpike.json:1:1: is not JSON: ")]
    public void What_is_not_json_is_one_fault_with_its_place(string text, string wanted) =>
        Assert.StartsWith(wanted, Assert.Single(_folder.With(text).Faults()), StringComparison.Ordinal);

    [Theory]
    [InlineData("file:", "providers[0].key: must name a file")]
    [InlineData("file:a\\u0000b", "providers[0].key: must name a file")]
    [InlineData("file:.", "providers[0].key: names the file ., which cannot be read (access is denied)")]
    public void A_key_file_that_can_be_none_is_a_fault(string key, string fault) =>
        Assert.Contains(fault, Assert.Single(_folder.With($$"""{ "providers": [{ "id": "acme", "baseUrl": "https://a.example", "key": "{{key}}" }] }""").Faults()), StringComparison.Ordinal);

    [Theory]
    [InlineData("bedrock-converse", """ "accessKeyId": "a" """, "has 'accessKeyId', which means nothing without 'secretAccessKey'")]
    [InlineData("bedrock-converse", """ "webIdentityTokenFile": "/t" """, "has 'webIdentityTokenFile', which means nothing without 'roleArn'")]
    [InlineData("bedrock-converse", """ "stsUrl": "http://sts.example" """, "has a 'stsUrl' that is not an https URL")]
    [InlineData("azure-openai", """ "tenantId": "t", "clientSecret": "hush" """, "has 'clientSecret', which means nothing without 'clientId'")]
    [InlineData("azure-openai", """ "identityEndpoint": "hush" """, "has a 'identityEndpoint' that is not an http or https URL")]
    public void Settings_of_credentials_that_mean_nothing_are_a_fault_which_does_not_tell_them(string dialect, string settings, string fault)
    {
        var told = Assert.Single(_folder.With($$"""{ "providers": [{ "id": "acme", "baseUrl": "https://a.example", "dialect": "{{dialect}}", "settings": { {{settings}} } }] }""").Faults());

        Assert.EndsWith("providers[0].settings: " + fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_is_no_object_is_a_fault() =>
        Assert.Equal("turnpike.json:1:1: must be an object, but is a list", Assert.Single(_folder.With("[]").Faults()));

    [Fact]
    public void A_field_that_is_given_twice_is_a_fault() =>
        Assert.Equal(
            "turnpike.json:2:1 data: is given twice; it stands on line 1 already",
            Assert.Single(_folder.With("{ \"data\": \"a\",\n\"data\": \"b\" }").Faults()));

    [Fact]
    public void A_list_of_no_addresses_is_a_fault() =>
        Assert.Equal("turnpike.json:1:11 urls: must have at least one address", Assert.Single(_folder.With("{ \"urls\": [] }").Faults()));

    [Fact]
    public void A_shortest_wait_that_is_longer_than_the_longest_is_a_fault() =>
        Assert.Equal(
            "turnpike.json:1:41 routing.hedging.delayMin: must not be longer than 'delayMax'",
            Assert.Single(_folder.With("{ \"routing\": { \"hedging\": { \"delayMin\": 9, \"delayMax\": \"8s\" } } }").Faults()));

    [Fact]
    public void Columns_count_as_editors_do() =>
        Assert.StartsWith("turnpike.json:1:19 drian: is not a known field; did you mean \"drain\"?",
            Assert.Single(_folder.With("{ \"data\": \"äö😀\", \"drian\": 1 }").Faults()), StringComparison.Ordinal);

    [Fact]
    public void A_secret_is_never_shown()
    {
        _folder.WithFile("two-lines", "hush-one\nhush-two").WithVariable("BAD_KEY", "hush\tthree");

        var faults = _folder.With("""
            {
              "database": "mysql://me:hush-db@host/x",
              "providers": [
                { "id": "a", "baseUrl": "https://me:hush-pw@host", "key": ["hush-4"], "apiKey": "hush-5" },
                { "id": "b", "baseUrl": "sk-hush-6", "key": "file:two-lines" },
                { "id": "c", "baseUrl": "https://c.example", "key": "env:BAD_KEY", "headers": { "X-Key": 5, "X Bad": "hush-7" } },
                { "id": "d", "baseUrl": "https://c.example?key=hush-8", "key": "hush-9" }
              ]
            }
            """).Faults();

        Assert.True(faults.Length == 10, string.Join('\n', faults));
        Assert.DoesNotContain(faults, static f => f.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public void A_named_file_that_is_not_there_is_a_fault_and_an_unnamed_one_is_not()
    {
        Assert.Empty(_folder.Load().Faults);
        _folder.CommandLine = new() { Config = "other.json" };
        Assert.Equal("other.json: is not there", Assert.Single(_folder.Faults()));
    }

    [Fact]
    public void Faults_of_the_environment_and_the_command_line_name_their_source()
    {
        _folder.CommandLine = new() { Database = "mysql://x", Urls = ["nonsense"] };
        var faults = _folder.WithVariable("TURNPIKE_DURABILITY", "paper").WithVariable("TURNPIKE_ADMIN_URLS", "ftp://x").Faults();

        Assert.Equal(["--database", "--urls", "TURNPIKE_ADMIN_URLS", "TURNPIKE_DURABILITY"], faults.Select(static f => f[..f.IndexOf(':', StringComparison.Ordinal)]).Order());
    }

    [Theory]
    [InlineData("postgres://me@/db?host=/run/postgresql", null)]
    [InlineData("postgres://me:hush@host", "--database: must be of the form postgres://user:password@host:port/database.")]
    [InlineData("postgres://me:hush@host/db?nonsense=1", "--database: has an option 'nonsense' that is not known or has no such value.")]
    public void An_address_of_postgresql_is_read_as_the_store_reads_it(string address, string? fault)
    {
        _folder.CommandLine = new() { Database = address };

        Assert.Equal(fault, _folder.Load().Faults.SingleOrDefault()?.ToString());
    }

    [Fact]
    public void A_tier_needs_its_length_and_one_length_is_one_tier() =>
        Assert.Equal(
            [
                "turnpike.json:2:2 endpoints[0].prices.tiers[0].minPromptTokens: is missing: a tier must say from which prompt length it applies",
                "turnpike.json:4:23 endpoints[0].prices.tiers[2].minPromptTokens: is the length of another tier too: 5",
            ],
            _folder.With("""
                { "endpoints": [{ "provider": "turnpike", "model": "turnpike/echo", "prices": { "tiers": [
                 { "prompt": 1 },
                 { "minPromptTokens": 5 },
                 { "minPromptTokens": 5 } ] } }] }
                """).Faults());
}
