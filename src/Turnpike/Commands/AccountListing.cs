using Turnpike.Core.Accounts;

namespace Turnpike.Commands;

/// <summary>An account as <c>--json</c> shows it, in dollars. Available + held = total credits − total usage.</summary>
internal sealed record AccountListing(
    string Id, string Name, decimal TotalCredits, decimal TotalUsage, decimal Held, decimal Available, DateTime CreatedAt)
{
    public static AccountListing Of(Account account) => new(
        account.Id.ToString(),
        account.Name,
        account.Granted.ToUsd(),
        account.Used.ToUsd(),
        (account.Granted - account.Used - account.Balance).ToUsd(),
        account.Balance.ToUsd(),
        account.CreatedAt.UtcDateTime);
}
