namespace Turnpike.Gateway.Routing.Strategies;

/// <summary>What is known of the request when its candidates are put in order.</summary>
/// <param name="PromptTokens">By rule.</param>
/// <param name="CompletionTokensMax">The caller's limit; null when it set none.</param>
/// <param name="Images">In the prompt.</param>
/// <param name="HasTools">Tools were sent.</param>
/// <param name="CachedTokens">Tokens of the prompt that lie in the cache of the candidate that has it.</param>
internal readonly record struct RankingInput(int PromptTokens, long? CompletionTokensMax, int Images, bool HasTools, int CachedTokens);
