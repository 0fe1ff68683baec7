using System.Globalization;
using Turnpike.Core.Catalog;
using Turnpike.Gateway.Routing.Decisions;
using Turnpike.Gateway.Routing.Health;
using Turnpike.Gateway.Routing.Selection;
using Turnpike.Gateway.Routing.Strategies;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway.Routing.Auto;

/// <summary>Whether a model can be reached for a request: by the rules of request, key and account, and by the health of its endpoints; and which
/// endpoint would be used. Of one request; remembers what was left out, for the reasons.</summary>
internal sealed class OpenEndpoints(in SelectionQuery query, IEndpointHealth health)
{
    private readonly LayeredWishes _wishes = query.Wishes;
    private readonly RequestNeeds _needs = RequestNeeds.Of(query.Request);
    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);

    /// <summary>The endpoint of a model that would be used, and whether it is healthy; null when rules leave none, which is noted.</summary>
    /// <remarks>The one that the order names first, or the sort puts first; where the balance would draw, the cheapest of the healthy ones.</remarks>
    public OpenEndpoint? First(ModelEntry entry)
    {
        (Endpoint Endpoint, Standing Standing)? best = null;
        Removal? removed = null;
        foreach (var endpoint in entry.Endpoints)
        {
            if (EndpointFilter.Remover(endpoint, variant: null, _needs, _wishes) is { } removal)
            {
                removed ??= removal;
                continue;
            }

            var standing = StandingOf(endpoint);
            if (best is not { } known || standing.CompareTo(known.Standing) < 0)
            {
                best = (endpoint, standing);
            }
        }

        if (best is not { } found)
        {
            Note(removed is { } by ? $"by the {RemovalWords.Owner(by.Owner)}'s {RemovalWords.Field(by.Rule)}" : "without an endpoint");
            return null;
        }

        return new(found.Endpoint, !found.Standing.IsSick);
    }

    /// <summary>Notes a model that was left out since none of its endpoints is healthy.</summary>
    public void NoteSick() => Note("without a healthy endpoint");

    /// <summary>What was left out and why, to be put behind other words; empty when nothing was.</summary>
    public string Told() => _leftOut.Count == 0 ? ""
        : $"; left out {string.Join(", ", _leftOut.Select(static l => string.Create(CultureInfo.InvariantCulture, $"{l.Value} {l.Key}")))}";

    private void Note(string why) => _leftOut[why] = _leftOut.GetValueOrDefault(why) + 1;

    private Standing StandingOf(Endpoint endpoint)
    {
        var figures = health.Figures(endpoint);
        var input = new RankingInput(_needs.PromptTokensEstimate, _needs.OutputLimit, _needs.Images, _needs.HasTools, 0);
        var price = Forecast.Price(new Candidate(endpoint, figures, 0), input, Forecast.UsualCompletion);
        return new(MeasuredBalance.IsSick(figures), Place(endpoint), Measure(figures), price);
    }

    // Where the order, or the tier that was asked for, puts it.
    private int Place(Endpoint endpoint)
    {
        var order = _wishes.Order;
        for (var i = 0; i < order.Length; i++)
        {
            if (ProviderNames.Matches(endpoint, order[i]))
            {
                return i;
            }
        }

        var wanted = _needs.ServiceTier is ServiceTiers.Priority or ServiceTiers.Fast;
        return order.Length + (wanted && endpoint.Tier is null ? 1 : 0);
    }

    private double Measure(in EndpointFigures figures) => (_wishes.Sort ?? _needs.Strategy) switch
    {
        SortBy.Throughput => -figures.Throughput.P50,
        SortBy.Latency => figures.FirstToken.IsKnown ? figures.FirstToken.P50 : double.MaxValue,
        SortBy.Exacto => -SortedOrder.ToolSuccess(figures),
        SortBy.Price or null => 0,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Compared from left to right, smaller first.
    private readonly record struct Standing(bool IsSick, int Place, double Measure, double Price) : IComparable<Standing>
    {
        public int CompareTo(Standing other) =>
            (IsSick, Place, Measure, Price).CompareTo((other.IsSick, other.Place, other.Measure, other.Price));
    }
}

/// <summary>The endpoint that would be used.</summary>
internal readonly record struct OpenEndpoint(Endpoint Endpoint, bool IsHealthy);
