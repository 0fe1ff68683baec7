using System.Text.Json.Nodes;

namespace Turnpike.Gateway.Routing.Presets;

/// <summary>How an API writes what presets keep in the fields of a chat request.</summary>
internal interface IPresetForm
{
    private static readonly ChatPresetForm Chat = new();
    private static readonly MessagesPresetForm Messages = new();
    private static readonly ResponsesPresetForm Responses = new();

    /// <summary>The system prompt of a request; null where it has none.</summary>
    string? SystemOf(JsonObject request);

    /// <summary>What a preset keeps of a request.</summary>
    JsonObject ToConfig(JsonObject request);

    /// <summary>A preset's fields as this API has them.</summary>
    /// <param name="unsaid">Gets the names of those that it has no word for.</param>
    JsonObject FromConfig(JsonObject config, ICollection<string> unsaid);

    /// <summary>Gives a request a system prompt, where it has none.</summary>
    void AddSystem(JsonObject request, string system);

    public static IPresetForm Of(string dialect) => dialect switch
    {
        Core.Catalog.Dialects.AnthropicMessages => Messages,
        Core.Catalog.Dialects.OpenAIResponses => Responses,
        _ => Chat,
    };
}
