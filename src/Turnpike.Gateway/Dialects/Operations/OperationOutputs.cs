namespace Turnpike.Gateway.Dialects.Operations;

/// <summary>What a model must give, in the words of the catalogue, to be asked for an operation.</summary>
internal static class OperationOutputs
{
    private static readonly string[] OfConversations = ["text", "image", "audio", "video"];

    /// <summary>True where the model can be asked for the operation.</summary>
    public static bool AreGiven(Operation operation, Core.Catalog.Model model) => Of(operation) is { } output
        ? model.OutputModalities.Contains(output)
        : model.OutputModalities.Contains("text") || model.OutputModalities.Any(OfConversations.Contains);

    /// <summary>True where a model puts images out beside text: it is asked for them in a conversation.</summary>
    public static bool IsAskedByChat(Core.Catalog.Model model) => model.OutputModalities.Contains("image") && model.OutputModalities.Contains("text");

    /// <summary>One of a model's output modalities; null for chat, which has several.</summary>
    public static string? Of(Operation operation) => operation switch
    {
        Operation.Embeddings => "embeddings",
        Operation.Rerank => "rerank",
        Operation.Images => "image",
        Operation.Speech => "speech",
        Operation.Transcription => "transcription",
        _ => null,
    };
}
