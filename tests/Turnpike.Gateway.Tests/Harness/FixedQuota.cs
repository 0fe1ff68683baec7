using Turnpike.Core.Ledger;
using Turnpike.Gateway.Admission;

namespace Turnpike.Gateway.Tests.Harness;

/// <summary>A quota that says what it is told to say.</summary>
internal sealed class FixedQuota : IFreeModelQuota
{
    public FreeQuotaView Answer { get; set; } = new(50, 3);

    public ValueTask<FreeQuotaView> ViewAsync(KeyState key, CancellationToken cancellationToken) => new(Answer);
}
