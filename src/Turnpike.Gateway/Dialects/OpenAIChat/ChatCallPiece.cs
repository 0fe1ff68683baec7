namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>What a piece of a tool call is.</summary>
/// <param name="Number">Which of its choice's calls it belongs to, from zero, without gaps.</param>
/// <param name="Id">The call's id, the inside of a JSON string.</param>
/// <param name="IsNew">The call begins with it.</param>
/// <param name="IsUsual">Callers may be sent it as it came.</param>
internal readonly record struct ChatCallPiece(int Number, byte[] Id, bool IsNew, bool IsUsual);
