using System.Globalization;
using Turnpike.Catalog;
using Turnpike.Core.Catalog;
using Turnpike.Core.Money;

namespace Turnpike.Configuration.Tests;

public sealed class CatalogTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    private CatalogContent Catalog() => _folder.Settings().Catalog;

    [Theory]
    [InlineData("OPENAI_API_KEY", "openai", "https://api.openai.com/v1", "openai/gpt-4o")]
    [InlineData("ANTHROPIC_API_KEY", "anthropic", "https://api.anthropic.com/v1", "anthropic/claude-sonnet-4.5")]
    [InlineData("GEMINI_API_KEY", "google-ai-studio", "https://generativelanguage.googleapis.com/v1beta", "google/gemini-2.5-flash")]
    [InlineData("OPENROUTER_API_KEY", "openrouter", "https://openrouter.ai/api/v1", "openai/gpt-4o")]
    public void A_variable_of_a_known_provider_enables_it(string variable, string id, string baseUrl, string model)
    {
        var content = _folder.WithVariable(variable, " key-1 ").Settings().Catalog;

        var provider = content.Providers.Single(static p => p.Id != "turnpike");
        Assert.Equal((id, baseUrl, "key-1"), (provider.Id, provider.BaseUrl!.ToString(), provider.ApiKey!.Reveal()));
        Assert.Contains(content.Endpoints, e => e.Provider == provider && e.Model.Id == model);
    }

    [Theory]
    [InlineData("amazon-bedrock", "AWS_PROFILE=work", true)]
    [InlineData("amazon-bedrock", "AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=s", true)]
    [InlineData("amazon-bedrock", "AWS_ACCESS_KEY_ID=a", false)]
    [InlineData("azure", "AZURE_RESOURCE_NAME=r AZURE_TENANT_ID=t AZURE_CLIENT_ID=c AZURE_CLIENT_SECRET=s", true)]
    [InlineData("azure", "AZURE_RESOURCE_NAME=r AZURE_TENANT_ID=t AZURE_CLIENT_ID=c AZURE_FEDERATED_TOKEN_FILE=/t", true)]
    [InlineData("azure", "AZURE_TENANT_ID=t AZURE_CLIENT_ID=c AZURE_CLIENT_SECRET=s", false)]
    public void A_cloud_comes_alive_by_credentials_instead_of_a_key(string provider, string variables, bool isAlive)
    {
        foreach (var variable in variables.Split(' '))
        {
            _folder.WithVariable(variable.Split('=')[0], variable.Split('=')[1]);
        }

        Assert.Equal(isAlive, _folder.Settings().Catalog.Providers.Any(p => p.Id == provider && p.HasCredentials));
    }

    [Fact]
    public void A_project_and_a_credentials_file_enable_vertex_at_its_location()
    {
        var content = _folder.WithVariable("GOOGLE_CLOUD_PROJECT", "acme").WithVariable("GOOGLE_CLOUD_LOCATION", "europe-west4")
            .WithVariable("GOOGLE_APPLICATION_CREDENTIALS", "/etc/acme.json").Settings().Catalog;

        var provider = content.Providers.Single(static p => p.Id != "turnpike");
        Assert.Equal(
            ("google-vertex", "vertex", "https://europe-west4-aiplatform.googleapis.com/v1/projects/acme/locations/europe-west4", null),
            (provider.Id, provider.Dialect, provider.BaseUrl!.ToString(), provider.ApiKey));
        Assert.Equal("/etc/acme.json", provider.Settings["credentialsFile"].Reveal());
        Assert.Contains(content.Endpoints, static e => e.Model.Id == "anthropic/claude-opus-4.5");
    }

    [Fact]
    public void Claude_at_azure_is_spoken_to_as_at_anthropic_at_an_address_of_its_own()
    {
        var content = _folder.WithVariable("AZURE_RESOURCE_NAME", "acme").WithVariable("AZURE_OPENAI_API_KEY", "key-1").Settings().Catalog;

        var endpoint = content.Endpoints.Single(static e => e.Provider.Id == "azure" && e.Model.Id == "anthropic/claude-opus-5");
        Assert.Equal(("anthropic-messages", "https://acme.services.ai.azure.com/anthropic/v1"), (endpoint.Dialect, endpoint.BaseUrl!.ToString()));
        Assert.Equal("https://acme.openai.azure.com/", content.Endpoints.Single(static e => e.Provider.Id == "azure" && e.Model.Id == "openai/gpt-4o").BaseUrl!.ToString());
    }

    [Fact]
    public void An_empty_variable_enables_nothing() =>
        Assert.Equal(["turnpike"], _folder.WithVariable("OPENAI_API_KEY", " ").Settings().Catalog.Providers.Select(static p => p.Id));

    [Fact]
    public void A_provider_and_an_endpoint_are_a_whole_configuration()
    {
        var content = _folder.With("""
            {
              "providers": [{ "id": "acme", "baseUrl": "http://127.0.0.1:9999/v1/" }],
              "endpoints": [{ "provider": "acme", "model": "acme/large", "upstreamModel": "large-v2", "contextLength": 4096, "prices": { "prompt": 1, "completion": "2.5" } }]
            }
            """).Settings().Catalog;

        var endpoint = content.Endpoints.Single(static e => e.Provider.Id == "acme");
        Assert.Equal("http://127.0.0.1:9999/v1", endpoint.Provider.BaseUrl!.ToString());
        Assert.Null(endpoint.Provider.ApiKey);
        Assert.Equal(DataPolicy.Unknown, endpoint.Provider.DataPolicy);
        Assert.Equal(("acme:large-v2", "acme", "acme/large", 4096), (endpoint.Id, endpoint.Tag, endpoint.Model.Name, endpoint.Model.ContextLength));
        Assert.Equal((NanoUsd.FromUsd(1), NanoUsd.FromUsd(2.5m)), (endpoint.Prices.Prompt, endpoint.Prices.Completion));
    }

    [Theory]
    [InlineData("0.1", 100_000_000)]
    [InlineData("\"0.1\"", 100_000_000)]
    [InlineData("0.123456789", 123_456_789)]
    [InlineData("1e-9", 1)]
    [InlineData("1.10", 1_100_000_000)]
    [InlineData("99999.999999999", 99_999_999_999_999)]
    [InlineData("0.3000000000000000", 300_000_000)]
    public void A_price_is_exact(string text, long nano)
    {
        _folder.With($$"""{ "endpoints": [{ "provider": "turnpike", "model": "turnpike/echo", "prices": { "prompt": {{text}} } }] }""");

        Assert.Equal(new NanoUsd(nano), Catalog().Endpoints.Single(static e => e.Model.Id == "turnpike/echo").Prices.Prompt);
    }

    [Fact]
    public void Every_price_and_tier_is_read_and_a_tier_inherits_what_it_does_not_say()
    {
        _folder.With("""
            { "endpoints": [{ "provider": "turnpike", "model": "a/b", "upstreamModel": "x", "prices": {
                "prompt": 1, "completion": 2, "cacheRead": 3, "cacheWrite": 4, "reasoning": 5, "audio": 6, "audioOutput": 7, "imageOutputTokens": 8, "imageTokens": 8.5, "image": 0.008, "request": 0.009,
                "tiers": [{ "minPromptTokens": 200, "prompt": 20 }, { "minPromptTokens": 100, "prompt": 10, "request": 0 }] } }] }
            """);

        var prices = Catalog().Endpoints.Single(static e => e.Model.Id == "a/b").Prices;

        var plain = prices with { Tiers = [] };
        Assert.Equal(
            new()
            {
                Prompt = NanoUsd.FromUsd(1),
                Completion = NanoUsd.FromUsd(2),
                CacheRead = NanoUsd.FromUsd(3),
                CacheWrite = NanoUsd.FromUsd(4),
                Reasoning = NanoUsd.FromUsd(5),
                Audio = NanoUsd.FromUsd(6),
                AudioOutput = NanoUsd.FromUsd(7),
                ImageOutputTokens = NanoUsd.FromUsd(8),
                ImageTokens = NanoUsd.FromUsd(8.5m),
                Image = NanoUsd.FromUsd(0.008m),
                Request = NanoUsd.FromUsd(0.009m),
            },
            plain);
        Assert.Equal([100, 200], prices.Tiers.Select(static t => t.MinPromptTokens));
        Assert.Equal(plain with { Prompt = NanoUsd.FromUsd(10), Request = NanoUsd.Zero }, prices.Tiers[0].Prices);
        Assert.Equal(plain with { Prompt = NanoUsd.FromUsd(20) }, prices.Tiers[1].Prices);
    }

    [Fact]
    public void The_file_is_merged_field_by_field_over_what_ships()
    {
        var shipped = _folder.WithVariable("OPENAI_API_KEY", "of-environment").Settings().Catalog;
        _folder.With("""
            {
              "providers": [{ "id": "openai", "headers": { "X-Team": "a" }, "timeouts": { "idle": "5s" }, "dataPolicy": { "retentionDays": 30 } }],
              "models": [{ "id": "openai/gpt-4o", "name": "Four" }],
              "endpoints": [{ "provider": "openai", "model": "openai/gpt-4o", "prices": { "completion": 99 }, "requestsPerMinuteMax": 7 }]
            }
            """);

        var before = shipped.Endpoints.Single(static e => e.Model.Id == "openai/gpt-4o");
        var after = Catalog().Endpoints.Single(static e => e.Model.Id == "openai/gpt-4o");

        Assert.Equal("of-environment", after.Provider.ApiKey!.Reveal());
        Assert.Equal(("X-Team", "a"), (after.Provider.Headers.Single().Key, after.Provider.Headers.Single().Value.Reveal()));
        Assert.Equal(before.Provider.Timeouts with { Idle = TimeSpan.FromSeconds(5) }, after.Provider.Timeouts);
        Assert.Equal(before.Provider.DataPolicy with { RetentionDays = 30 }, after.Provider.DataPolicy);
        Assert.Equal("max_completion_tokens", after.Provider.Quirks.OutputLimitField);
        Assert.Equal(("Four", before.Model.ContextLength), (after.Model.Name, after.Model.ContextLength));
        Assert.Equal(before.Prices with { Completion = NanoUsd.FromUsd(99) }, after.Prices);
        Assert.Equal((before.UpstreamModel, 7), (after.UpstreamModel, after.RequestsPerMinuteMax));
        Assert.Equal(shipped.Endpoints.Length, Catalog().Endpoints.Length);
    }

    [Fact]
    public void Factors_of_ways_of_serving_stand_over_the_shipped_ones()
    {
        _folder.WithVariable("ANTHROPIC_API_KEY", "k")
            .With("""{ "endpoints": [{ "provider": "anthropic", "model": "anthropic/claude-opus-5", "priceFactors": { "speed:fast": 2.5 } }] }""");

        var factors = Catalog().Endpoints.Single(static e => e.Model.Id == "anthropic/claude-opus-5").Factors;

        Assert.Equal((2.5m, 1.1m), (factors.Of(new("fast", null)), factors.Of(new(null, "us"))));
    }

    [Theory]
    [InlineData("\"haste:fast\": 2", "haste:fast: is not a way of serving")]
    [InlineData("\"speed:fast\": 0", "speed:fast: must be from 0.01 to 100")]
    [InlineData("\"speed:fast\": \"2\"", "speed:fast: must be a number")]
    public void A_factor_that_is_none_is_named(string factors, string fault)
    {
        _folder.With($$$"""{ "endpoints": [{ "provider": "acme", "model": "acme/one", "upstreamModel": "one", "prices": { "prompt": 1, "completion": 1 }, "priceFactors": { {{{factors}}} } }], "providers": [{ "id": "acme", "baseUrl": "http://127.0.0.1:9999/v1" }] }""");

        Assert.Contains(fault, Assert.Single(_folder.Faults()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-07-31", 1, "acme:one@2026-01-01")]
    [InlineData("2026-08-01", 2, "acme:one@2026-08-01")]
    [InlineData("2030-01-01", 2, "acme:one@2026-08-01")]
    public void The_row_of_prices_that_began_last_is_in_force_and_has_a_name(string day, int prompt, string row)
    {
        _folder.Sources = SettingsSources.Default with { Clock = new DayClock(DateTimeOffset.Parse(day + "Z", CultureInfo.InvariantCulture)) };
        _folder.With("""
            {
              "providers": [{ "id": "acme", "baseUrl": "http://127.0.0.1:9999/v1" }],
              "endpoints": [{ "provider": "acme", "model": "acme/one", "upstreamModel": "one", "prices": [
                { "from": "2026-08-01", "prompt": 2, "completion": 3 }, { "from": "2026-01-01", "prompt": 1, "completion": 3 } ] }]
            }
            """);

        var endpoint = Catalog().Endpoints.Single(static e => e.Provider.Id == "acme");

        Assert.Equal((NanoUsd.FromUsd(prompt), row), (endpoint.Prices.Prompt, endpoint.PriceRow));
    }

    [Fact]
    public void Rows_of_prices_that_all_begin_later_are_a_fault()
    {
        _folder.With("""
            {
              "providers": [{ "id": "acme", "baseUrl": "http://127.0.0.1:9999/v1" }],
              "endpoints": [{ "provider": "acme", "model": "acme/one", "upstreamModel": "one", "prices": [{ "from": "2999-01-01", "prompt": 2, "completion": 3 }] }]
            }
            """);

        Assert.Contains("endpoints[0].prices: must have a row that is in force", Assert.Single(_folder.Faults()), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_refreshed_stands_over_what_ships_and_under_the_file()
    {
        Directory.CreateDirectory(_folder.File("data"));
        _folder.WithVariable("GROQ_API_KEY", "k").WithFile("data/catalog.json", """
            { "endpoints": [{ "provider": "groq", "model": "meta-llama/llama-3.1-8b-instruct", "upstreamModel": "llama-3.1-8b-instant",
              "prices": [{ "from": "2026-08-15", "prompt": 0.07, "completion": 0.09 }] }] }
            """);
        Endpoint InForce() => Catalog().Endpoints.Single(static e => e.Id == "groq:llama-3.1-8b-instant");

        var refreshed = InForce();
        _folder.With("""
            { "endpoints": [{ "provider": "groq", "model": "meta-llama/llama-3.1-8b-instruct", "prices": { "prompt": 0.08 } }] }
            """);

        Assert.Equal((NanoUsd.FromUsd(0.07m), "groq:llama-3.1-8b-instant@2026-08-15"), (refreshed.Prices.Prompt, refreshed.PriceRow));
        Assert.Equal((NanoUsd.FromUsd(0.08m), NanoUsd.FromUsd(0.09m)), (InForce().Prices.Prompt, InForce().Prices.Completion));
    }

    [Fact]
    public void Deviations_are_read_over_those_that_ship()
    {
        var quirks = _folder.With("""
            { "providers": [{ "id": "mistral", "key": "k", "quirks": {
              "refusedParameters": ["logprobs"], "renamedParameters": { "top_k": "k" }, "prefillForm": "plain", "resetUnit": "milliseconds", "temperatureMax": 1.5 } }] }
            """).Settings().Catalog.Providers.Single(static p => p.Id == "mistral").Quirks;

        Assert.Equal(["logprobs"], quirks.RefusedParameters);
        Assert.Equal([new("seed", "random_seed"), new("top_k", "k")], quirks.RenamedParameters);
        Assert.Equal((DocumentForm.DocumentUrl, AudioForm.Text, false), (quirks.DocumentForm, quirks.AudioForm, quirks.MessageNames));
        Assert.Contains("safe_prompt", quirks.OtherParameters!.Value);
        Assert.Equal((PrefillForm.Plain, ResetUnit.Milliseconds, 1.5m, 9), (quirks.PrefillForm, quirks.ResetUnit, quirks.TemperatureMax, quirks.ToolCallIdLength));
    }

    [Theory]
    [InlineData("groq", ReasoningPlace.Reasoning, ReasoningHistory.Text)]
    [InlineData("cerebras", ReasoningPlace.Reasoning, ReasoningHistory.Text)]
    [InlineData("moonshotai", ReasoningPlace.ReasoningContent, ReasoningHistory.Required)]
    [InlineData("moonshotai-cn", ReasoningPlace.ReasoningContent, ReasoningHistory.Required)]
    [InlineData("xiaomi", ReasoningPlace.ReasoningContent, ReasoningHistory.Required)]
    [InlineData("z-ai", ReasoningPlace.ReasoningContent, ReasoningHistory.Required)]
    [InlineData("zhipuai", ReasoningPlace.ReasoningContent, ReasoningHistory.Required)]
    [InlineData("fireworks", ReasoningPlace.ReasoningContent, ReasoningHistory.Text)]
    [InlineData("nvidia", ReasoningPlace.ReasoningContent, ReasoningHistory.Text)]
    [InlineData("together", ReasoningPlace.Reasoning, ReasoningHistory.Optional)]
    [InlineData("novita", ReasoningPlace.ReasoningContent, ReasoningHistory.Optional)]
    public void Thoughts_of_earlier_turns_go_back_as_their_provider_documents_it(string provider, ReasoningPlace place, ReasoningHistory history)
    {
        var quirks = _folder.With($$"""{ "providers": [{ "id": "{{provider}}", "key": "k" }] }""").Settings().Catalog.Providers.Single(p => p.Id == provider).Quirks;

        Assert.Equal((place, history), (quirks.ReasoningPlace, quirks.ReasoningHistory));
    }

    [Theory]
    [InlineData("moonshotai", "moonshotai:kimi-k2.6")]
    [InlineData("moonshotai-cn", "moonshotai-cn:kimi-k2.6")]
    public void A_temperature_that_only_its_one_value_fits_is_not_sent(string provider, string endpoint) =>
        Assert.Equal(
            RequestParameters.Temperature,
            _folder.With($$"""{ "providers": [{ "id": "{{provider}}", "key": "k" }] }""").Settings().Catalog.Endpoints.Single(e => e.Id == endpoint).Unsupported & RequestParameters.Temperature);

    [Fact]
    public void A_deviation_that_there_is_not_is_a_fault() => Assert.Contains(
        "providers[0].quirks.resetUnit: must be one of milliseconds, seconds",
        Assert.Single(_folder.With("""{ "providers": [{ "id": "mistral", "key": "k", "quirks": { "resetUnit": "nowhere" } }] }""").Faults()),
        StringComparison.Ordinal);

    [Fact]
    public void A_key_may_stand_in_the_file_in_the_environment_or_in_a_file_of_its_own()
    {
        _folder.WithFile("secret.txt", "three\n").WithVariable("MY_KEY", "two").With("""
            { "providers": [
                { "id": "a", "baseUrl": "https://a.example", "key": "one" },
                { "id": "b", "baseUrl": "https://b.example", "key": "env:MY_KEY" },
                { "id": "c", "baseUrl": "https://c.example", "key": "file:secret.txt" } ] }
            """);

        Assert.Equal(["one", "two", "three"], Catalog().Providers.Where(static p => p.Id != "turnpike").Select(static p => p.ApiKey!.Reveal()));
    }

    [Fact]
    public void A_known_provider_without_a_key_stays_off_and_says_so()
    {
        var settings = _folder.With("""{ "providers": [{ "id": "openai", "concurrency": 5 }] }""").Settings();

        Assert.DoesNotContain(settings.Catalog.Providers, static p => p.Id == "openai");
        Assert.Contains("OPENAI_API_KEY", Assert.Single(settings.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_enabled_is_not_in_the_catalogue()
    {
        _folder.WithVariable("OPENAI_API_KEY", "k").WithVariable("MISTRAL_API_KEY", "k").With("""
            {
              "providers": [{ "id": "mistral", "enabled": false }],
              "models": [{ "id": "turnpike/lorem", "enabled": false }],
              "endpoints": [{ "provider": "openai", "model": "openai/gpt-4o", "enabled": false }]
            }
            """);

        var content = Catalog();

        Assert.Equal(["turnpike", "openai"], content.Providers.Select(static p => p.Id));
        Assert.DoesNotContain(content.Endpoints, static e => e.Model.Id is "turnpike/lorem" or "openai/gpt-4o" || e.Provider.Id == "mistral");
    }

    [Fact]
    public void A_second_upstream_model_is_a_second_endpoint_and_the_tag_tells_its_quantization()
    {
        _folder.With("""
            { "endpoints": [
                { "provider": "turnpike", "model": "turnpike/echo", "upstreamModel": "echo-8", "quantization": "fp8", "prices": { "prompt": 0, "completion": 0 } } ] }
            """);

        var endpoints = Catalog().Endpoints.Where(static e => e.Model.Id == "turnpike/echo").ToList();

        Assert.Equal(["turnpike", "turnpike/fp8"], endpoints.Select(static e => e.Tag));
        Assert.Equal(Catalog().Endpoints.Length, Catalog().Endpoints.Select(static e => e.Id).Distinct().Count());
    }

    [Fact]
    public void A_model_is_found_by_an_alias_of_the_file()
    {
        var content = _folder.With("""{ "models": [{ "id": "turnpike/echo", "aliases": ["parrot"] }] }""").Settings().Catalog;

        Assert.Equal("turnpike/echo", new CatalogSnapshot(content.Providers, content.Models, content.Endpoints, content.Aliases).Find("parrot")?.Model.Id);
    }

    private sealed class DayClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
