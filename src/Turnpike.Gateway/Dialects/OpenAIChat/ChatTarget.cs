namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What a request to one endpoint has of its own.</summary>
/// <param name="Model">The provider's name for the model, as a JSON string.</param>
/// <param name="OutputLimitField">The field for the output limit where the caller sent none, and for one under the older name.</param>
/// <param name="StreamOptions">False where the provider refuses <c>stream_options</c>.</param>
internal readonly record struct ChatTarget(byte[] Model, string OutputLimitField, bool StreamOptions);
