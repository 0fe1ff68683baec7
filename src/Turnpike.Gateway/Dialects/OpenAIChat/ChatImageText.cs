using Turnpike.Gateway.Shared;

namespace Turnpike.Gateway.Dialects.OpenAIChat;

/// <summary>Writes an image as an element of OpenRouter's <c>images</c>.</summary>
internal static class ChatImageText
{
    /// <param name="mediaType">Empty where <paramref name="base64OrUrl"/> is an address.</param>
    public static void Append(ref PooledBuffer output, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64OrUrl)
    {
        output.Append("{\"type\":\"image_url\",\"image_url\":{\"url\":\""u8);
        if (!mediaType.IsEmpty)
        {
            output.Append("data:"u8);
            output.Append(mediaType);
            output.Append(";base64,"u8);
        }

        output.Append(base64OrUrl);
        output.Append("\"}}"u8);
    }
}
