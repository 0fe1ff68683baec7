using Turnpike.Core.Ledger;

namespace Turnpike.Storage;

/// <summary>A store that its holder closes.</summary>
public interface IOpenStore : IStore, IAsyncDisposable
{
    /// <summary>Says what was opened, for operators: the database with its version and place, and the schema in it. Never a password.</summary>
    Task<string> DescribeAsync(CancellationToken cancellationToken);
}
