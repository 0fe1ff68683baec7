using Turnpike.Gateway.Routing.Health;

namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>An endpoint that no filter removed, with what it is judged by and how it was judged. Lower scores are better.</summary>
internal struct Candidate(Endpoint endpoint, EndpointFigures figures, int model)
{
    public readonly Endpoint Endpoint = endpoint;

    public readonly EndpointFigures Figures = figures;

    /// <summary>Which of the requested models it is of.</summary>
    public readonly int Model = model;

    /// <summary>Where it stood in the catalogue among the candidates: decides between equals.</summary>
    public int Index;

    /// <summary>What the request is expected to cost here, dollars. For comparison only; what is booked is calculated elsewhere.</summary>
    public double Price;

    public double Score;

    /// <summary>The share of requests like this one that begin here; zero where the order is not drawn.</summary>
    public double Share;

    public ScoreParts Parts;

    /// <summary>The conversation's cached prompt lies here.</summary>
    public bool HasCache;

    /// <summary>It failed a wished speed or latency, and stands behind those that did not.</summary>
    public bool IsTooSlow;
}

/// <summary>What a balanced score is the product of: each 1 where it changes nothing.</summary>
internal readonly record struct ScoreParts(double Price, double Speed, double FirstToken, double Reliability, double RateLimits);
