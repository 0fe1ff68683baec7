using Turnpike.Gateway.Dialects.Operations;
using Turnpike.Gateway.Settlement;
using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images as they are told to the caller, with what they cost.</summary>
internal sealed class ImageAnswer(AnswerContext context, IImageKeeper? keeper)
{
    public List<MadeImage> Images { get; } = [];

    public string ContentType => Wish.AsEvents ? "text/event-stream" : "application/json";

    public ImageWish Wish => (ImageWish)context.Request.Wish!; // of the format of images

    // A model that gives base64 only is known by its clients to: where they name no form, that is what they look for.
    private ImageForm Form => Wish is { Form: ImageForm.Address, IsFormNamed: false } && context.Endpoint is { } endpoint && !ImageFormat.TakesForm(endpoint)
        ? ImageForm.Base64
        : Wish.Form;

    public void AppendTo(ref PooledBuffer output, in Settled settled)
    {
        if (Wish.AsEvents)
        {
            AppendEvents(ref output, settled);
            return;
        }

        output.Append("{\"created\":"u8);
        JsonText.AppendNumber(ref output, context.Created);
        output.Append(",\"data\":["u8);
        foreach (var image in Images)
        {
            output.Append(ReferenceEquals(image, Images[0]) ? "{"u8 : ",{"u8);
            AppendImage(ref output, image);
            output.Append("}"u8);
        }

        output.Append("],"u8);
        AppendUsage(ref output, settled);
        output.Append("}"u8);
    }

    // Each image when all are there: nobody is charged for a part of them. The last says what they cost.
    private void AppendEvents(ref PooledBuffer output, in Settled settled)
    {
        foreach (var image in Images)
        {
            output.Append(Wish.IsEdit ? "data: {\"type\":\"image_edit.completed\","u8 : "data: {\"type\":\"image_generation.completed\","u8);
            AppendImage(ref output, image);
            output.Append(Wish.Form == ImageForm.Typed ? ",\"created\":"u8 : ",\"created_at\":"u8);
            JsonText.AppendNumber(ref output, context.Created);
            if (ReferenceEquals(image, Images[^1]))
            {
                output.Append(","u8);
                AppendUsage(ref output, settled);
            }

            output.Append("}\n\n"u8);
        }

        output.Append("data: [DONE]\n\n"u8);
    }

    private void AppendImage(ref PooledBuffer output, MadeImage image)
    {
        if (Form == ImageForm.Address)
        {
            output.Append("\"url\":"u8);
            output.Append(JsonText.Quote(keeper!.Keep(image.Bytes(), image.MediaType) ?? image.Inline())); // OpenAI's form comes with a keeper
        }
        else
        {
            output.Append("\"b64_json\":\""u8);
            output.Append(image.Base64);
            output.Append("\""u8);
        }

        if (Wish.Form == ImageForm.Typed)
        {
            output.Append(",\"media_type\":"u8);
            output.Append(JsonText.Quote(image.MediaType));
        }

        if (image.RevisedPrompt is { } revised)
        {
            output.Append(",\"revised_prompt\":"u8);
            output.Append(JsonText.Quote(revised));
        }
    }

    private void AppendUsage(ref PooledBuffer output, in Settled settled)
    {
        var usage = settled.Bill.Usage;
        output.Append("\"usage\":{"u8);
        var isOpenAI = Wish.Form != ImageForm.Typed;
        OperationUsage.AppendCount(ref output, isOpenAI ? "input_tokens"u8 : "prompt_tokens"u8, usage.PromptTokens);
        OperationUsage.AppendCount(ref output, isOpenAI ? "output_tokens"u8 : "completion_tokens"u8, usage.CompletionTokens);
        OperationUsage.AppendCount(ref output, "total_tokens"u8, usage.TotalTokens);
        if (isOpenAI)
        {
            var images = Math.Min(usage.PromptImageTokens ?? 0, usage.PromptTokens);
            output.Append("\"input_tokens_details\":{"u8);
            OperationUsage.AppendCount(ref output, "image_tokens"u8, images);
            output.Append("\"text_tokens\":"u8);
            JsonText.AppendNumber(ref output, usage.PromptTokens - images);
            output.Append("},"u8);
        }

        OperationUsage.AppendCost(ref output, settled);
        output.Append("}"u8);
    }
}
