using Turnpike.Core.Accounts;
using Turnpike.Core.Money;

namespace Turnpike.Core.Ledger;

/// <summary>An account's money in memory, the authority while this process runs. Changed only by <see cref="Book"/>, under its lock.</summary>
public sealed class AccountState(Account account, long noticeSequence)
{
    public AccountId Id { get; } = account.Id;

    /// <summary>As last read; replaced when it changes.</summary>
    public string? ProviderDefaults { get; set; } = account.ProviderDefaults;

    internal NanoUsd Available { get; set; } = account.Balance;

    internal NanoUsd Held { get; set; }

    internal NanoUsd Granted { get; set; } = account.Granted;

    internal NanoUsd Used { get; set; } = account.Used;

    /// <summary>The last change of another process that is contained in these figures.</summary>
    internal long NoticeSequence { get; set; } = noticeSequence;
}

/// <summary>A key and what it has spent, in memory. Changed only by <see cref="Book"/>, under its lock.</summary>
public sealed class KeyState(ApiKey key, SpendCounters spent, AccountState account)
{
    /// <summary>The key as last read; replaced whole when it changes.</summary>
    public ApiKey Key { get; internal set; } = key;

    public AccountState Account { get; } = account;

    internal SpendCounters Spent { get; set; } = spent;

    internal NanoUsd Held { get; set; }
}

/// <summary>What an account has, at one instant. Available + held = granted − used.</summary>
public readonly record struct AccountView(NanoUsd Available, NanoUsd Held, NanoUsd Granted, NanoUsd Used);

/// <summary>What a key has spent and may still spend, at one instant; a null remainder is no limit.</summary>
public readonly record struct KeyView(SpendCounters Spent, NanoUsd Held, NanoUsd? LimitRemaining);
