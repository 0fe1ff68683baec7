using System.Collections.Immutable;
using Turnpike.Gateway.Dialects.Operations;

namespace Turnpike.Gateway.Dialects.Images;

/// <summary>Images to be made.</summary>
/// <param name="Count">How many.</param>
/// <param name="Size">Width and height in pixels, of the caller's aspect ratio and resolution; null where it named a size, or nothing.</param>
/// <param name="AsEvents">They are told as events.</param>
internal sealed record ImageWish(int Count, ImageForm Form, string? Size, bool AsEvents) : OperationWish
{
    /// <summary>The caller named the form.</summary>
    public bool IsFormNamed { get; init; }

    /// <summary>It came to the address of edits.</summary>
    public bool IsEdit { get; init; }

    /// <summary>Width to height, as conversations ask for it: <c>16:9</c>; null where nothing was said of it.</summary>
    public string? Ratio { get; init; }

    /// <summary>512, 1K, 2K, 4K; null where it was not said.</summary>
    public string? Resolution { get; init; }

    /// <summary>The images to make them of; empty where they are made of the text alone.</summary>
    public ImmutableArray<GivenImage> Given { get; init; } = [];

    /// <summary>Where the first image is to be changed; null where that is not said.</summary>
    public GivenImage? Mask { get; init; }

    /// <summary>The field that has the images.</summary>
    public string GivenField => IsEdit ? "images" : "input_references";
}
