using Turnpike.Core.Accounts;
using Turnpike.Core.Ledger;
using Turnpike.Core.Money;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>A key as a query answers it, with its account and what it has spent.</summary>
internal sealed class KeyRow
{
    /// <summary>Everything but the end: add a condition on <c>k</c> and <see cref="GroupBy"/>. Wants @today, @week and @month.</summary>
    public const string Select = """
        SELECT k.hash AS Hash, k.account_id AS AccountId, k.name AS Name, k.label AS Label, k.kind AS Kind, k.disabled AS Disabled,
          k.credit_limit AS CreditLimit, k.reset AS Reset, k.include_byok AS IncludeByok, k.created_at AS CreatedAt,
          k.updated_at AS UpdatedAt, k.expires_at AS ExpiresAt, a.name AS AccountName, a.created_at AS AccountCreatedAt,
          a.balance AS Balance, a.granted AS Granted, a.used AS Used,
          k.provider_defaults AS ProviderDefaults, k.rescue AS Rescue, k.keeps_responses AS KeepsResponses, a.provider_defaults AS AccountProviderDefaults,
          CAST(coalesce(sum(d.charged), 0) AS BIGINT) AS Total,
          CAST(coalesce(sum(CASE WHEN d.day >= @today THEN d.charged ELSE 0 END), 0) AS BIGINT) AS Daily,
          CAST(coalesce(sum(CASE WHEN d.day >= @week THEN d.charged ELSE 0 END), 0) AS BIGINT) AS Weekly,
          CAST(coalesce(sum(CASE WHEN d.day >= @month THEN d.charged ELSE 0 END), 0) AS BIGINT) AS Monthly
        FROM api_key k JOIN account a ON a.id = k.account_id LEFT JOIN key_day d ON d.key_hash = k.hash
        WHERE k.deleted_at IS NULL
        """;

    public const string GroupBy = " GROUP BY k.hash, a.id ";

    public byte[] Hash { get; set; } = [];

    public long AccountId { get; set; }

    public string Name { get; set; } = "";

    public string Label { get; set; } = "";

    public long Kind { get; set; }

    public long Disabled { get; set; }

    public long? CreditLimit { get; set; }

    public long Reset { get; set; }

    public long IncludeByok { get; set; }

    public long CreatedAt { get; set; }

    public long? UpdatedAt { get; set; }

    public long? ExpiresAt { get; set; }

    public string AccountName { get; set; } = "";

    public long AccountCreatedAt { get; set; }

    public long Balance { get; set; }

    public long Granted { get; set; }

    public long Used { get; set; }

    public string? ProviderDefaults { get; set; }

    public string? Rescue { get; set; }

    public long KeepsResponses { get; set; }

    public string? AccountProviderDefaults { get; set; }

    public long Total { get; set; }

    public long Daily { get; set; }

    public long Weekly { get; set; }

    public long Monthly { get; set; }

    public StoredKey ToStored(DateOnly today, long noticeSequence) => new(
        new ApiKey
        {
            Hash = KeyHash.FromBytes(Hash),
            AccountId = new(AccountId),
            Name = Name,
            Label = Label,
            Kind = (KeyKind)Kind,
            Disabled = Disabled != 0,
            Limit = CreditLimit is { } limit ? new NanoUsd(limit) : null,
            Reset = (LimitReset)Reset,
            IncludeByokInLimit = IncludeByok != 0,
            ProviderDefaults = ProviderDefaults,
            Rescue = Rescue,
            KeepsResponses = KeepsResponses != 0,
            CreatedAt = MicroTime.To(CreatedAt),
            UpdatedAt = UpdatedAt is { } updated ? MicroTime.To(updated) : null,
            ExpiresAt = ExpiresAt is { } expires ? MicroTime.To(expires) : null,
        },
        new SpendCounters(today, new(Total), new(Daily), new(Weekly), new(Monthly)),
        new Account(new(AccountId), AccountName, MicroTime.To(AccountCreatedAt), new(Balance), new(Granted), new(Used)) { ProviderDefaults = AccountProviderDefaults },
        noticeSequence);
}
