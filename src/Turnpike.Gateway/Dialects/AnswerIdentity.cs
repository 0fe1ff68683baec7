namespace Turnpike.Gateway.Dialects;

/// <summary>What stands in every answer in place of the provider's own: each a JSON value with its quotes.</summary>
internal sealed record AnswerIdentity(byte[] Id, byte[] Model, byte[] Provider);
