using System.Collections.Immutable;
using Fog.Engine.Storage;
using Fog.Grains.Interfaces;
using Fog.Grains.Interfaces.Blobs;
using Fog.Grains.Interfaces.Functions;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Tests.Site;
using Fog.Wasm.Portable;
using Fog.Wasm.Runtime.Values;

namespace Fog.Grains.Tests.Functions;

public class FunctionTests
{
    private static IFunctionGrain Square(TestSite site) => site.Host.GrainFactory.GetGrain<IFunctionGrain>($"{TestSite.Tenant}/square");

    [Fact]
    public async Task A_deployed_function_has_a_version_a_signature_and_its_bytes_in_the_blob_store()
    {
        await using var site = await TestSite.Start();
        var view = await site.Deploy();
        Assert.Equal((1, "square(x: i32) -> i32", 3), (view.Version, view.Signature, view.Replicas));
        Assert.Equal(Digest.Of(TestSite.SquareModule().AsSpan()), view.Module);
        var image = await site.Host.GrainFactory.GetGrain<IBlobGrain>(view.Image.Hex).Get();
        Assert.Equal(view.ImageBytes, image!.Bytes.Length);
        Assert.Equal("square", Assert.Single(await site.Host.GrainFactory.GetGrain<IFunctionDirectoryGrain>(TestSite.Tenant).List()));
    }

    [Fact]
    public async Task The_same_bytes_again_change_nothing_and_others_make_a_new_version()
    {
        await using var site = await TestSite.Start();
        var first = await site.Deploy();
        Assert.Equal(first, await site.Deploy());
        var second = await Square(site).Deploy(TestSite.SquareModule(version: "2"));
        Assert.Equal(2, second.Version);
        Assert.Equal(3, (await site.Deploy()).Version);
        await site.Crash();
        Assert.Equal(3, (await Square(site).Describe()).Version);
    }

    [Theory]
    [InlineData("function/")]
    [InlineData("functiondirectory/")]
    public async Task A_deployment_that_is_durable_but_reported_as_failed_is_found_by_the_next_one(string grain)
    {
        await using var site = await TestSite.Start();
        site.Store.DenyNextOf = grain;
        await Assert.ThrowsAsync<StoreUnavailableException>(site.Deploy);
        Assert.Equal(1, (await site.Deploy()).Version);
        Assert.Equal(2, (await Square(site).Deploy(TestSite.SquareModule(version: "2"))).Version);
        Assert.Equal("square", Assert.Single(await site.Host.GrainFactory.GetGrain<IFunctionDirectoryGrain>(TestSite.Tenant).List()));
    }

    [Fact]
    public async Task A_call_may_name_its_version_by_the_module()
    {
        await using var site = await TestSite.Start();
        var first = await site.Deploy();
        var second = await Square(site).Deploy(TestSite.SquareModule(version: "2"));
        await site.Crash();

        Assert.Equal(1, (await Square(site).Prepare("[6]", first.Module, TestSite.Name)).Version);
        Assert.Equal(first.Image, (await Square(site).Prepare("[6]", first.Module, TestSite.Name)).Image);
        Assert.Equal(2, (await Square(site).Prepare("[6]", second.Module, TestSite.Name)).Version);
        Assert.Equal(FogError.UnknownModule, (await Assert.ThrowsAsync<FogException>(() => Square(site).Prepare("[6]", Digest.Of([9]), TestSite.Name))).Error);
    }

    [Fact]
    public async Task A_trap_of_an_image_that_is_not_remembered_is_not_explained()
    {
        await using var site = await TestSite.Start();
        var view = await site.Deploy();
        ImmutableArray<byte> trap = [.. ValueCodec.EncodeResult(new FogResult.Trapped(TrapCode.Unreachable, 0, 7))];

        Assert.Equal("Unreachable in function 0 at offset 7: unreachable.", await Square(site).Explain(view.Image, trap));
        Assert.Equal("", await Square(site).Explain(Digest.Of([9]), trap));
        Assert.Equal("", await Square(site).Explain(view.Image, TestSite.Value(36)));
    }

    [Fact]
    public async Task Versions_remembered_are_bounded()
    {
        await using var site = await TestSite.Start();
        for (int i = 0; i < 40; i++)
        {
            await Square(site).Deploy(TestSite.SquareModule(version: $"{i}"));
        }

        Assert.Equal(40, (await Square(site).Describe()).Version);
    }

    public static TheoryData<string> BadModules => ["empty", "truncated", "no wasm", "too large", "even replicas"];

    [Theory]
    [MemberData(nameof(BadModules))]
    public async Task What_is_no_function_is_refused_and_leaves_the_old_one(string kind)
    {
        await using var site = await TestSite.Start();
        await site.Deploy();
        var module = TestSite.SquareModule();
        var bad = kind switch
        {
            "empty" => [],
            "truncated" => module[..^20],
            "no wasm" => [.. "#!/bin/sh"u8],
            "too large" => [.. new byte[300_000]],
            "even replicas" => TestSite.SquareModule(replicas: 4),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        Assert.Equal(FogError.InvalidModule, (await Assert.ThrowsAsync<FogException>(() => Square(site).Deploy(bad))).Error);
        Assert.Equal(1, (await Square(site).Describe()).Version);
    }

    [Fact]
    public async Task Nothing_is_known_of_a_function_that_was_never_deployed()
    {
        await using var site = await TestSite.Start();
        Assert.Equal(FogError.UnknownFunction, (await Assert.ThrowsAsync<FogException>(() => Square(site).Describe())).Error);
        Assert.Equal(FogError.UnknownFunction, (await Assert.ThrowsAsync<FogException>(() => Square(site).Prepare("[1]", null, TestSite.Name))).Error);
    }

    [Fact]
    public async Task A_call_is_prepared_after_a_restart_too()
    {
        await using var site = await TestSite.Start();
        await site.Deploy();
        var before = await Square(site).Prepare("[6]", null, TestSite.Name);
        await site.Crash();
        var after = await Square(site).Prepare("[6]", null, TestSite.Name);
        Assert.Equal((before.Image, before.Limits, before.Arguments.Digest), (after.Image, after.Limits, after.Arguments.Digest));
        Assert.True(after.Arguments.IsInline);
        Assert.Equal(65_536, after.Limits.MemoryBytes);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1, 2]")]
    [InlineData("[\"one\"]")]
    [InlineData("[2147483648]")]
    [InlineData("{}")]
    [InlineData("[1")]
    [InlineData("")]
    public async Task Arguments_that_do_not_fit_are_refused(string json)
    {
        await using var site = await TestSite.Start();
        await site.Deploy();
        Assert.Equal(FogError.InvalidArguments, (await Assert.ThrowsAsync<FogException>(() => Square(site).Prepare(json, null, TestSite.Name))).Error);
    }
}
