using Turnpike.Core.Catalog;
using Turnpike.Gateway.Dispatch.Faults;
using Turnpike.Gateway.Routing;

namespace Turnpike.Gateway.Dispatch;

/// <summary>Which endpoint is tried next after a failure, by the rule of its kind, within the budget of attempts and time.</summary>
/// <remarks>Pure: chance is handed in, time is counted by the caller. One for each request.</remarks>
internal sealed class AttemptPlan(Route route, int attemptsMax, Random random)
{
    /// <summary>A lone endpoint's wish to be asked later is followed up to here; a longer one is passed on, the caller's to follow.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    /// <summary>The wait before a lone endpoint that does not say when to come back is asked again; half to one and a half of it.</summary>
    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(500);

    private readonly HashSet<Endpoint> _triedAgain = new(ReferenceEqualityComparer.Instance);
    private readonly List<Endpoint> _left = [.. route.Endpoints];
    private int _attempts;
    private bool _isOver;

    /// <summary>Attempts made so far.</summary>
    public int Attempts => _attempts;

    /// <summary>No endpoint is left.</summary>
    public bool IsLast => _left.Count == 0 || _attempts >= attemptsMax;

    /// <summary>The first endpoint of the route.</summary>
    public Endpoint First() => Take(0)!.Value.Endpoint; // a route is never empty

    /// <summary>The next attempt and how long to wait before it; null when there is none.</summary>
    /// <param name="timeLeft">Until the request's deadline.</param>
    public (Endpoint Endpoint, TimeSpan Wait)? After(Endpoint failed, UpstreamFailure failure, TimeSpan timeLeft)
    {
        Fail(failed, failure);
        var rule = FailureRules.For(failure.Kind);
        if (_attempts >= attemptsMax || timeLeft <= TimeSpan.Zero || _isOver)
        {
            return null;
        }

        if (rule.Same is SameAgain.AtOnce or SameAgain.WithoutThoughts && _triedAgain.Add(failed))
        {
            return Again(failed, TimeSpan.Zero, timeLeft);
        }

        if (_left.Count > 0)
        {
            return Take(0);
        }

        if (rule.Same != SameAgain.WhenAlone || !_triedAgain.Add(failed))
        {
            return null;
        }

        var wait = failure.RetryAfter ?? (Backoff * (0.5 + random.NextDouble()));
        return wait <= WaitMax ? Again(failed, wait, timeLeft) : null;
    }

    /// <summary>Takes note of a failure while another attempt is under way: what would fail in the same way is not tried after it.</summary>
    public void Fail(Endpoint failed, UpstreamFailure failure)
    {
        if (failure.Kind == FailureKind.Unsaid)
        {
            _attempts--; // nothing was sent
        }

        var next = FailureRules.For(failure.Kind).Next;
        _isOver |= next == NextAttempt.None;
        Drop(failed, next);
    }

    /// <summary>The next endpoint of the same model that is fit for an attempt beside the one under way; null where there is none, or the
    /// budget is used up. It is not taken.</summary>
    public Endpoint? Beside(Endpoint running, Func<Endpoint, bool> isFit) =>
        _attempts < attemptsMax ? _left.Find(e => e.Model.Id == running.Model.Id && !ReferenceEquals(e, running) && isFit(e)) : null;

    /// <summary>Takes an endpoint that <see cref="Beside"/> has found.</summary>
    public void Take(Endpoint endpoint) => Take(_left.IndexOf(endpoint));

    /// <summary>No endpoint of another model is left.</summary>
    public bool IsLastModel(Endpoint endpoint) => IsLast || _left.TrueForAll(e => e.Model.Id == endpoint.Model.Id);

    /// <summary>Endpoints that can still go on with an answer of a model that was cut: others first, the one that cut it last.</summary>
    public IEnumerable<Endpoint> ForRescue(Endpoint broken) =>
        [.. route.Endpoints.Where(e => !ReferenceEquals(e, broken) && e.Model.Id == broken.Model.Id), broken];

    /// <summary>Counts an attempt that goes on with a cut answer; false when the budget is used up.</summary>
    public bool TryCount()
    {
        if (_attempts >= attemptsMax)
        {
            return false;
        }

        _attempts++;
        return true;
    }

    private (Endpoint Endpoint, TimeSpan Wait)? Again(Endpoint endpoint, TimeSpan wait, TimeSpan timeLeft)
    {
        if (wait >= timeLeft)
        {
            return null;
        }

        _attempts++;
        return (endpoint, wait);
    }

    private (Endpoint Endpoint, TimeSpan Wait)? Take(int index)
    {
        var endpoint = _left[index];
        _left.RemoveAt(index);
        _attempts++;
        return (endpoint, TimeSpan.Zero);
    }

    // Takes out of the list what would fail in the same way.
    private void Drop(Endpoint failed, NextAttempt next) => _left.RemoveAll(e => next switch
    {
        NextAttempt.None or NextAttempt.Endpoint => false,
        NextAttempt.LongerContext => Window(e) <= Window(failed),
        NextAttempt.Model => e.Model.Id == failed.Model.Id,
        NextAttempt.Provider => ReferenceEquals(e.Provider, failed.Provider),
        _ => throw new System.Diagnostics.UnreachableException(),
    });

    // An unknown window is taken for a long one: only the endpoint itself can say.
    private static int Window(Endpoint endpoint) => endpoint.MaxPromptTokens ?? endpoint.ContextLength ?? endpoint.Model.ContextLength ?? int.MaxValue;
}
