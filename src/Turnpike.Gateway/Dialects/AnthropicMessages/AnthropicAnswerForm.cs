using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.AnthropicMessages;

/// <summary>How a wish for JSON is said: as a schema where the model can be bound to it; else as the only tool, whose input is the answer; else in
/// words.</summary>
/// <param name="Schema">For <c>output_config.format</c>; empty where it is not said there.</param>
/// <param name="IsTool">The answer comes as the input of <see cref="ToolName"/>.</param>
/// <param name="Instruction">What the model is told in words; null where nothing need be.</param>
internal sealed record AnthropicAnswerForm(ReadOnlyMemory<byte> Schema, bool IsTool, string? Instruction)
{
    public const string ToolName = "json";

    private static readonly AnthropicAnswerForm Free = new(default, IsTool: false, null);

    public static AnthropicAnswerForm Of(NeutralRequest request, ClaudeModel model) => Of(request, model, model.TakesSchema);

    /// <param name="takesSchema">Whether the model can be bound to a schema at this host.</param>
    public static AnthropicAnswerForm Of(NeutralRequest request, ClaudeModel model, bool takesSchema)
    {
        var format = request.ResponseFormat;
        return format?.Kind switch
        {
            ResponseFormatKind.JsonObject => InWords(format),
            ResponseFormatKind.JsonSchema when format.Schema.IsEmpty => Free,
            ResponseFormatKind.JsonSchema when takesSchema && AnthropicSchema.Bindable(format.Schema) is { IsEmpty: false } bound => Free with { Schema = bound },
            ResponseFormatKind.JsonSchema when request.Tools.Count == 0 && model.TakesForcedTool && AnthropicSchema.IsOfObject(format.Schema) => Free with { IsTool = true },
            ResponseFormatKind.JsonSchema => InWords(format),
            _ => Free,
        };
    }

    /// <summary>For models that cannot be bound to the form.</summary>
    public static AnthropicAnswerForm InWords(ResponseFormat format) => Free with { Instruction = AnswerInstruction.Of(format) };

    /// <summary>Behind the system's own words: what a cache keeps of them stays.</summary>
    public void AddInstruction(AnthropicPrompt prompt)
    {
        if (Instruction is not null)
        {
            prompt.System.Add(new(new TextPart(Instruction)));
        }
    }
}
