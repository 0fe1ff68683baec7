using Turnpike.Core.Catalog;

namespace Turnpike.EndToEnd.Fidelity;

/// <summary>Every recorded exchange, from every surface; and the page that tells what they prove.</summary>
public sealed class ExchangeTests(ExchangeResults results) : IClassFixture<ExchangeResults>
{
    /// <summary>A variable that makes the page of the matrix be written instead of compared.</summary>
    private const string WritesPage = "TURNPIKE_WRITE_FIDELITY";

    public static TheoryData<string, string, string> Cells => new(
        ExchangeFiles.Dialects.SelectMany(static d => d.Exchanges)
            .SelectMany(static e => ExchangeResults.Surfaces.Select(s => (e.Dialect.Id, e.Name, s.Name))));

    [Theory]
    [MemberData(nameof(Cells))]
    public void An_exchange_is_told_as_it_should_be(string dialect, string exchange, string surface)
    {
        var replayed = ExchangeFiles.Dialects.Single(d => d.Id == dialect).Exchanges.Single(e => e.Name == exchange);
        var differences = results.Of(replayed, surface);

        if (replayed.ExpectedAt(surface)["missing"] is null)
        {
            Assert.True(differences.Count == 0, string.Join('\n', differences));
        }
        else
        {
            Assert.NotEmpty(differences); // a gap that is closed is no gap: take the word away
        }
    }

    [Fact]
    public void The_page_of_the_matrix_says_what_was_replayed()
    {
        var page = new FidelityMatrix(results).ToString();

        if (Environment.GetEnvironmentVariable(WritesPage) == "1")
        {
            File.WriteAllText(FidelityMatrix.Path, page);
        }

        Assert.Equal(page, File.Exists(FidelityMatrix.Path) ? File.ReadAllText(FidelityMatrix.Path) : "");
    }

    [Fact]
    public void Every_dialect_has_exchanges() =>
        Assert.Empty(Dialects.All.Except([.. ExchangeFiles.Dialects.Select(static d => d.Dialect), Dialects.Simulator]));

    [Fact]
    public void Every_exchange_is_of_a_feature_of_the_matrix() =>
        Assert.Empty(ExchangeFiles.Dialects.SelectMany(static d => d.Exchanges).Where(static e => !ExchangeFiles.Features.Contains(e.Feature)).Select(static e => e.Model));
}
