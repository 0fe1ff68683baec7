using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images to be made.</summary>
/// <param name="Count">How many.</param>
/// <param name="Size">Width and height in pixels, of the caller's aspect ratio and resolution; null where it named a size, or nothing.</param>
/// <param name="AsEvents">They are told as events.</param>
internal sealed record ImageWish(int Count, ImageForm Form, string? Size, bool AsEvents) : OperationWish;
