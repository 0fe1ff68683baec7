using Turnpike.Core.Ledger;

namespace Turnpike.Storage;

/// <summary>A store that its holder closes.</summary>
public interface IOpenStore : IStore, IAsyncDisposable;
