using System.Text.Json;
using Turnpike.Core.Inference;
using Turnpike.Gateway.Dialects.Neutral;
using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images on their way to the caller. All of them or none: one that is no image spoils the answer, which another endpoint may better.</summary>
internal sealed class ImageFlow(AnswerContext context, IImageKeeper? keeper) : ParsedFlow(context)
{
    private readonly List<MadeImage> _images = [];

    private ImageWish Wish => (ImageWish)Context.Request.Wish!; // of the same format

    // A model that gives base64 only is known by its clients to: where they name no form, that is what they look for.
    private ImageForm Form => Wish is { Form: ImageForm.Address, IsFormNamed: false } && Context.Endpoint is { } endpoint && !ImageFormat.TakesForm(endpoint)
        ? ImageForm.Base64
        : Wish.Form;

    public override string ContentType => Wish.AsEvents ? "text/event-stream" : base.ContentType;

    public override void AppendWholeEnd(in Settled settled)
    {
        if (Wish.AsEvents)
        {
            AppendEvents(settled);
            return;
        }

        Output.Append("{\"created\":"u8);
        JsonText.AppendNumber(ref Output, Context.Created);
        Output.Append(",\"data\":["u8);
        foreach (var image in _images)
        {
            Output.Append(ReferenceEquals(image, _images[0]) ? "{"u8 : ",{"u8);
            AppendImage(image);
            Output.Append("}"u8);
        }

        Output.Append("],"u8);
        AppendUsage(settled);
        Output.Append("}"u8);
    }

    // Each image when all are there: nobody is charged for a part of them. The last says what they cost.
    private void AppendEvents(in Settled settled)
    {
        foreach (var image in _images)
        {
            Output.Append(Wish.IsEdit ? "data: {\"type\":\"image_edit.completed\","u8 : "data: {\"type\":\"image_generation.completed\","u8);
            AppendImage(image);
            Output.Append(Wish.Form == ImageForm.Typed ? ",\"created\":"u8 : ",\"created_at\":"u8);
            JsonText.AppendNumber(ref Output, Context.Created);
            if (ReferenceEquals(image, _images[^1]))
            {
                Output.Append(","u8);
                AppendUsage(settled);
            }

            Output.Append("}\n\n"u8);
        }

        Output.Append("data: [DONE]\n\n"u8);
    }

    protected override bool TryTake(JsonElement root)
    {
        if (!root.TryMember("data", out var entries) || entries.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var entry in entries.EnumerateArray().Take(Wish.Count))
        {
            if (MadeImage.Read(entry) is not { } image)
            {
                return false;
            }

            _images.Add(image);
        }

        Facts.HasContent = _images.Count > 0;
        Facts.Images = _images.Count;
        Counted = new WorkUnits { Images = _images.Count };
        Facts.Usage = root.TryMember("usage", out var usage) && OperationUsage.Read(usage) is { } read ? Apart(read) : null;
        return true;
    }

    // Where images were given and their tokens are not told apart, they are what the text does not come to.
    private TokenUsage Apart(in TokenUsage usage)
    {
        var byRule = Wish.UsageByRule;
        return usage.PromptImageTokens is null && byRule.PromptImageTokens is > 0 and var images
            ? usage with { PromptImageTokens = Math.Max(0, usage.PromptTokens - (byRule.PromptTokens - images)) }
            : usage;
    }

    private void AppendImage(MadeImage image)
    {
        if (Form == ImageForm.Address)
        {
            Output.Append("\"url\":"u8);
            Output.Append(JsonText.Quote(keeper!.Keep(image.Bytes(), image.MediaType) ?? image.Inline())); // OpenAI's form comes with a keeper
        }
        else
        {
            Output.Append("\"b64_json\":\""u8);
            Output.Append(image.Base64);
            Output.Append("\""u8);
        }

        if (Wish.Form == ImageForm.Typed)
        {
            Output.Append(",\"media_type\":"u8);
            Output.Append(JsonText.Quote(image.MediaType));
        }

        if (image.RevisedPrompt is { } revised)
        {
            Output.Append(",\"revised_prompt\":"u8);
            Output.Append(JsonText.Quote(revised));
        }
    }

    private void AppendUsage(in Settled settled)
    {
        var usage = settled.Bill.Usage;
        Output.Append("\"usage\":{"u8);
        var isOpenAI = Wish.Form != ImageForm.Typed;
        AppendCount(isOpenAI ? "input_tokens"u8 : "prompt_tokens"u8, usage.PromptTokens);
        AppendCount(isOpenAI ? "output_tokens"u8 : "completion_tokens"u8, usage.CompletionTokens);
        AppendCount("total_tokens"u8, usage.TotalTokens);
        if (isOpenAI)
        {
            var images = Math.Min(usage.PromptImageTokens ?? 0, usage.PromptTokens);
            Output.Append("\"input_tokens_details\":{"u8);
            AppendCount("image_tokens"u8, images);
            Output.Append("\"text_tokens\":"u8);
            JsonText.AppendNumber(ref Output, usage.PromptTokens - images);
            Output.Append("},"u8);
        }

        AppendCost(settled);
        Output.Append("}"u8);
    }
}
