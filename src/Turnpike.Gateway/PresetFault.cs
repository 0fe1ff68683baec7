using System.Text;
using Turnpike.Gateway.Dialects.OpenAIChat;
using Turnpike.Gateway.Routing.Presets;
using Turnpike.Gateway.Routing.Wishes;

namespace Turnpike.Gateway;

/// <summary>Checks a preset before anybody uses it.</summary>
public static class PresetFault
{
    /// <summary>What is wrong with a preset, naming the field; null when nothing is.</summary>
    public static string? Of(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var book = new PresetBook(new() { Presets = new Dictionary<string, string> { ["tried"] = json } });
        var (body, error) = book.Apply("""{"messages":[{"role":"user","content":"x"}]}"""u8, "tried", model: "");
        var merged = Encoding.UTF8.GetString(body ?? []);
        if (error is null && !merged.Contains("\"model\"", StringComparison.Ordinal))
        {
            body = book.Apply("""{"messages":[{"role":"user","content":"x"}]}"""u8, "tried", model: "a/b").Body; // a preset may leave the model to the request
        }

        if (error is not null || !ChatRequestReader.TryRead(body, out var request, out error))
        {
            return error!.Message;
        }

        return request!.HasProviderWishes && !ProviderWishes.TryRead(body.AsMemory()[request.ProviderWishes], out _, out error) ? error!.Message : null;
    }
}
