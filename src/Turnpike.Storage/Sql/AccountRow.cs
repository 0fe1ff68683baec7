using Turnpike.Core.Accounts;
using Turnpike.Storage.Journal;

namespace Turnpike.Storage.Sql;

/// <summary>An account as a query answers it.</summary>
internal sealed class AccountRow
{
    public const string Columns = "id AS Id, name AS Name, created_at AS CreatedAt, balance AS Balance, granted AS Granted, used AS Used, provider_defaults AS ProviderDefaults";

    public long Id { get; set; }

    public string Name { get; set; } = "";

    public long CreatedAt { get; set; }

    public long Balance { get; set; }

    public long Granted { get; set; }

    public long Used { get; set; }

    public string? ProviderDefaults { get; set; }

    public Account ToAccount() => new(new(Id), Name, MicroTime.To(CreatedAt), new(Balance), new(Granted), new(Used)) { ProviderDefaults = ProviderDefaults };
}
