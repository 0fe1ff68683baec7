using Turnpike.Gateway.Dialects.Images;
using Xunit;

namespace Turnpike.Gateway.Tests.Dialects.Operations;

public sealed class ImageSizeTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("auto", null, null)]
    [InlineData("1:1", null, "1024x1024")]
    [InlineData(null, "2K", "2048x2048")]
    [InlineData("auto", "512", "512x512")]
    [InlineData("16:9", "1K", "1360x768")]
    [InlineData("9:16", "4K", "3072x5456")]
    [InlineData("19.5:9", null, "1504x688")]
    public void A_ratio_and_a_resolution_are_pixels(string? ratio, string? resolution, string? size) =>
        Assert.Equal(size, ImageSize.Of(ratio, resolution));

    [Theory]
    [InlineData("16:9", true)]
    [InlineData("8:1", true)]
    [InlineData("9:1", false)]
    [InlineData("0:1", false)]
    [InlineData("wide", false)]
    [InlineData("1:2:3", false)]
    public void A_ratio_is_two_numbers(string text, bool isRatio) => Assert.Equal(isRatio, ImageSize.IsRatio(text));
}
