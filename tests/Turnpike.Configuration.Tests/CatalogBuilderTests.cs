using Turnpike.Catalog.Building;

namespace Turnpike.Configuration.Tests;

public sealed class CatalogBuilderTests : IDisposable
{
    private const string Sound = """{"provider":"acme","model":"acme/one","upstreamModel":"one","prices":{"prompt":1,"completion":2,"from":"2026-08-01"}}""";

    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sound_facts_are_sound() => Assert.Empty(Faults(Sound));

    [Theory]
    [InlineData(",\"from\":\"2026-08-01\"", "", "its prices have no day from which they count")]
    [InlineData("\"prompt\":1,", "\"prompt\":3000,", "more than 2000 USD per million tokens")]
    [InlineData("\"prompt\":1,", "\"prompt\":0,", "its prompts or its answers are free and the other is not")]
    [InlineData("\"prompt\":1,", "\"prompt\":1,\"cacheRead\":1.5,", "reading the cache costs more than not having it")]
    [InlineData("acme/one", "acme/two", "names a model that the shipped catalogue does not know")]
    [InlineData("\"provider\":\"acme\"", "\"provider\":\"bolt\"", "names \"bolt\" in the file of acme")]
    public void A_fact_that_cannot_be_is_refused(string sound, string faulty, string fault) =>
        Assert.Contains(Faults(Sound.Replace(sound, faulty, StringComparison.Ordinal)), f => f.Contains(fault, StringComparison.Ordinal));

    [Fact]
    public void An_endpoint_that_is_there_twice_is_refused() =>
        Assert.Contains(Faults(Sound + "," + Sound), static f => f.Contains("more than once", StringComparison.Ordinal));

    [Fact]
    public void A_model_without_an_endpoint_is_refused() =>
        Assert.Contains(Faults(""), static f => f.Contains("no endpoint has the model acme/one", StringComparison.Ordinal));

    private IReadOnlyList<string> Faults(string endpoints)
    {
        Directory.CreateDirectory(_folder.File("facts/providers"));
        Directory.CreateDirectory(_folder.File("facts/models"));
        _folder.WithFile("facts/index.json", """{"providers":[{"id":"acme","variables":["ACME_API_KEY"]}]}""")
            .WithFile("facts/providers/acme.json", $$"""{"providers":[{"id":"acme","baseUrl":"https://acme.example"}],"endpoints":[{{endpoints}}]}""")
            .WithFile("facts/models/acme.json", """{"models":[{"id":"acme/one","name":"One","created":"2026-01-01"}]}""");
        return new CatalogBuilder(_folder.File("facts"), new(2026, 9, 1)).Check().Faults;
    }
}
