using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;

namespace Turnpike.Hosting;

/// <summary>Makes the owner's account when there is no account yet.</summary>
internal static class FirstStart
{
    private const string OwnerName = "owner";

    /// <summary>Makes the account with its credit and two keys, whose texts exist nowhere but in the answer; null when there is an
    /// account.</summary>
    public static async Task<OwnerKeys?> EnsureOwnerAsync(
        IStore store, NanoUsd startingCredit, TimeProvider time, CancellationToken cancellationToken)
    {
        if ((await store.ListAccountsAsync(cancellationToken)).Count > 0)
        {
            return null;
        }

        var keys = new OwnerKeys(KeyText.New(), KeyText.New());
        await store.CreateAccountAsync(
            OwnerName,
            startingCredit,
            [NewKeyOf(keys.Inference, "default", KeyKind.Inference), NewKeyOf(keys.Management, "management", KeyKind.Management)],
            time.GetUtcNow(),
            cancellationToken);
        return keys;
    }

    private static NewKey NewKeyOf(string text, string name, KeyKind kind) => new(KeyHash.Of(text), KeyText.Label(text), name, kind);
}

/// <summary>The texts of the owner's first keys, to be shown once.</summary>
internal sealed record OwnerKeys(string Inference, string Management)
{
    /// <summary>Says nothing, so that the keys cannot be logged by accident.</summary>
    public override string ToString() => "***";
}
