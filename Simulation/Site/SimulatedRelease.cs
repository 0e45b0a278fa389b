using System.Collections.Immutable;
using System.Security.Cryptography;
using Fog.Firmware.Virtual;
using Fog.Firmware.Virtual.Boards;
using Fog.Grains.Interfaces.Ids;
using Fog.Grains.Interfaces.Rollouts;
using Fog.Simulation.Scheduling;

namespace Fog.Simulation.Site;

/// <summary>Firmware as its maker released it. What it does follows from its image, so that a device needs nothing else to run it.</summary>
/// <param name="File">As <c>fog release create</c> writes it.</param>
/// <param name="IsSigned">By the key that the devices know; else it only says so.</param>
internal sealed record SimulatedRelease(uint Version, FirmwareBehaviour Behaviour, bool IsSigned, ImmutableArray<byte> File)
{
    /// <summary>Version that the devices are made with.</summary>
    public const uint Factory = 0x00_01_00;

    /// <summary>Three chunks, so that a download can stop between two.</summary>
    private const int ImageBytes = 2500;

    /// <summary>For simulations alone, whose devices know its public half: outside of them it signs nothing. PKCS #1 v1.5 has no salt, so a release has the same signature in each run.</summary>
    private const string PrivateKey = """
        MIIEpAIBAAKCAQEAxp2LdN27vom7IxS1C0neehtRZNHexSYdmQw0HNga4xnKaoSuBHVBh7TqoKNpiTMjhOiHztPw9MhWHZPoHTIRVC/BZ3GHJUlbYsWzxmlT
        LakULAfp6rSj+aPbaS8vpTUSX25bwurh3EQrdEzYCnxB8JPCcX09Giq4a39B1ekI47PQtENfHvB//diUZtEpyJg6U1ny8uMoxjGQT3cc5kcQHo8RWC0Qts71
        cNhqDLnxG3mo/osGjC9kfGB0OIOXYDKQK8ncMDbUrczyHROOKThEQEBwHG0Mi59W50N708c2K18PyAniA+v8rEkK8EL0ehrcZPTAMUmlarKrIWDvzi9JRQID
        AQABAoIBAFVSUZnbNS9lqIQp/ZpDWfT3rlASzlHADX/1W5+2gFpl9mwq4jydCJEdOZvXh1s+ojgS0mCZ8I2fUEs1gkWkgAg72agv/4AXktAMIS4PigF3/Gfr
        4GOIxVZVO0jk0eF1OpbPaFEEKRHAITC9YCOk/Ii2WRX62JhYmM/pI6WajcyO69MeewB/CirpHnFOeLHbBb/GY/KIHiThxamyIaKHZXy/d9LRPxXfxjVrZrqg
        oDmfH+sUmvkBQQSHQ8XjmNjiK+6XhtDqSCOsn3ctqGTFTI2dGdvXVibcdJNe/X+t4uqLK6EnTyN4PMFNPgoJgIkGed9HVxzh43Ptwz8mk5GAmUMCgYEA/0ge
        VT5lgJ1J4IM95OM1biH9ZA28R1cG/3amJkoyPpB7vz9akkBbJk14pnaPQFU8iyzYguxT9hpN/8sg4F7U1ovXNfpLtokMc8AChzQ/RzwkjSFmpOLPD9mfkSXu
        /DHyUmnwnl89b9eRKAZORFPrOdyB3AVIrTaC5PdzfMiuaqcCgYEAxyyb62JJQhfQuCGsFXyWSAJ1Y6By9c/KEgXCpLP1kyl4iMjFdJv9VeiPO5K3n9hxve1M
        hsiDtMh76/6Q1RugZY67CYnjDT/Idl0OaYtBa5jPXoXzZWOQlzgEhaLTMCU5mVxhc3J+fdTnnMuP4wrgB/VptVYZkCZRXK+IX70y5jMCgYBQOuU1mz+hVU2j
        nvuz1Oi07T/K0zpKHYLYhPyg6g6ydQw/RfT8I/fBqPVzM62/5Un636RIOWgF36yF6NwzR/qSVy7TCxAClT3xnvXscjI0/CTsqgOtbI7xB09L+eULI9NprVvv
        GjWf0dsP/jNY7Brwe2ngsVRvA8PNnCuSmyud3wKBgQCu3Ule1QHAVyxWHKn6i1Fdk1sAxuNnULD2Nbx34c9fDm/Wl35ULIe0nuLxyJQScHMb7nTbeLu5QrMZ
        tHvvvbuKrk8jxr1i6nbTBEwc+bfMAXM+Z5gTkeBmAzZlJVkI0gXJ0UN1mjXXv85A6K9BBFFAa4QNQrRazGluWGYAuBkx5QKBgQCg1DRCLP8T3pkxBeoJ1CvU
        YKOIPVMt1/BxN8Eh7GyVEaD7D7Z+Xwr2ikAb3hpFnN/PRl4fpozFlKDk01ciq0tgBwjI4wz4RjomlceL6QHfPrk4lTVZXZE3MPIXNi6ONvK2MGzE1n6vQpwv
        WhiivamuopXGJQVx1bBZFmwibN3yzQ==
        """;

    private static readonly Lazy<RSA> s_key = new(static () =>
    {
        var key = RSA.Create();
        key.ImportRSAPrivateKey(Convert.FromBase64String(PrivateKey), out _);
        return key;
    });

    /// <summary>Of the public key.</summary>
    public static ReadOnlyMemory<byte> Modulus { get; } = s_key.Value.ExportParameters(includePrivateParameters: false).Modulus!;

    /// <summary>It starts, connects, and completes a session.</summary>
    public bool ComesUp => Behaviour == FirmwareBehaviour.Works;

    public string Text => ReleaseManifest.VersionText(Version);

    public static SimulatedRelease Make(uint version, FirmwareBehaviour behaviour, bool isSigned, SeededRandom random)
    {
        byte[] image = new byte[ImageBytes];
        random.Fill(image);
        image[0] = (byte)behaviour;
        var keyId = SHA256.HashData(Modulus.Span).AsSpan(0, ReleaseManifest.KeyIdBytes);
        var manifest = new ReleaseManifest(Board.Ideal.Name, version, MinimumVersion: 0, image.Length, Digest.Of(image), [.. keyId]);
        byte[] signature = s_key.Value.SignData(manifest.Signed().AsSpan(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (!isSigned)
        {
            signature[random.Below(signature.Length)] ^= 1;
        }

        return new(version, behaviour, isSigned, [.. manifest.With(signature), .. image]);
    }

    /// <summary>What a device does with this image. What it was made with works.</summary>
    public static FirmwareBehaviour BehaviourOf(ReadOnlySpan<byte> image) => image.Length == ImageBytes ? (FirmwareBehaviour)image[0] : FirmwareBehaviour.Works;
}
