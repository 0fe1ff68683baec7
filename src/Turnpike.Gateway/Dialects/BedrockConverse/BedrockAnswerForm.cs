using Turnpike.Gateway.Dialects.AnthropicMessages;
using Turnpike.Gateway.Dialects.Neutral;

namespace Turnpike.Gateway.Dialects.BedrockConverse;

/// <summary>How a wish for JSON is said to a model: as a schema, as the only tool, or in words, by the rules for Claude; other models are bound in
/// their own way.</summary>
internal static class BedrockAnswerForm
{
    public static AnthropicAnswerForm Of(NeutralRequest request, BedrockModel model)
    {
        var form = AnthropicAnswerForm.Of(request, model.Claude, model.TakesSchema && model.Claude.TakesSchema);
        if (model.IsClaude || request.ResponseFormat is not { Kind: ResponseFormatKind.JsonSchema, Schema.IsEmpty: false } format)
        {
            return form;
        }

        return model.TakesSchema ? new(format.Schema, IsTool: false, Instruction: null)
            : form.IsTool && !model.TakesNamedTool ? AnthropicAnswerForm.InWords(format)
            : form;
    }
}
