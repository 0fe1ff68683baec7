using Turnpike.Core.Accounts;
using Turnpike.Core.Inference;

namespace Turnpike.Core.Ledger;

/// <summary>Responses that callers asked to be kept where the operator lets them be: the only prompts and answers that are stored.</summary>
/// <remarks>A response belongs to the key that asked for it; no other finds it. One that has expired is not found, whether or not it is still there.
/// Otherwise as <see cref="IStore"/>: safe for use by many threads, and a store that cannot be reached throws <see cref="StoreUnavailableException"/>.</remarks>
public interface IResponseStore
{
    /// <summary>Keeps a response. Of its key only the newest <paramref name="countMax"/> stay.</summary>
    /// <param name="items">The ids by which items of it are found, each once.</param>
    Task KeepAsync(StoredResponse response, IReadOnlyCollection<string> items, int countMax, CancellationToken cancellationToken);

    /// <summary>Finds a response; null when there is none.</summary>
    Task<StoredResponse?> FindResponseAsync(KeyHash key, string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Finds the response that has an item; null when there is none. Of several it is the one that was kept last.</summary>
    Task<StoredResponse?> FindResponseOfItemAsync(KeyHash key, string item, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes a response; false when there is none.</summary>
    Task<bool> DeleteResponseAsync(KeyHash key, string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deletes some of those that have expired; how many.</summary>
    Task<int> DeleteExpiredResponsesAsync(DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>A response with what it answers.</summary>
/// <param name="Input">All input items, those of the responses before it included: a JSON array.</param>
/// <param name="Response">The response as it was told: a JSON object.</param>
public sealed record StoredResponse(
    GenerationId Id, AccountId AccountId, KeyHash Key, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string Input, string Response);
