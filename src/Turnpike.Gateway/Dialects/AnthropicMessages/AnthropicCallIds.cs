namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>Ids of tool calls as Anthropic takes them: letters, digits, <c>_</c> and <c>-</c>, and each only once in a prompt.</summary>
internal sealed class AnthropicCallIds
{
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    /// <summary>The id of a call; a result that comes after it belongs to this one.</summary>
    public string OfCall(string id)
    {
        var uses = _uses[id] = _uses.GetValueOrDefault(id) + 1;
        return Name(id, uses);
    }

    public string OfResult(string id) => Name(id, _uses.GetValueOrDefault(id, 1));

    private static string Name(string id, int uses)
    {
        var known = id.Length == 0 ? "call" : string.Create(id.Length, id, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] is '_' or '-' ? from[i] : '_';
            }
        });
        return uses == 1 ? known : $"{known}_{uses}";
    }
}
