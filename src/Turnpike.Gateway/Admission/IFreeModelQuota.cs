using Turnpike.Core.Ledger;

namespace Turnpike.Gateway.Admission;

/// <summary>Tells how many requests to <c>:free</c> models an account has made today.</summary>
public interface IFreeModelQuota
{
    /// <summary>The account's quota of the current UTC day, as memory has it.</summary>
    FreeQuotaView View(KeyState key);
}
