using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Admission;

/// <summary>Tells how many requests to <c>:free</c> models an account has made today.</summary>
public interface IFreeModelQuota
{
    /// <summary>The account's quota of the current UTC day. Asks the store once after a start, and memory from then on.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached, and memory does not have it yet.</exception>
    ValueTask<FreeQuotaView> ViewAsync(KeyState key, CancellationToken cancellationToken);
}
