namespace Turnpike.Core.Ledger;

/// <summary>Who has records of routes to be kept beside the bookings.</summary>
public interface IRouteRecords
{
    /// <summary>Takes what has come since the last call; it is not given again. Called by the one thread that applies the journal, never by a
    /// request's, so that packing costs no caller anything.</summary>
    IReadOnlyList<RouteBlock> Take();
}
