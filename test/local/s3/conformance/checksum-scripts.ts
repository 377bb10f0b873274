import { raw } from '../clients';
import type { Scenario } from './harness';
import { ALGORITHMS, Calls, checksum, type Script } from './scripts';

const KEY = 'test-multipart-checksum';
const PART = Buffer.alloc(5 * 1024 ** 2 + 1, 'a');
const LAST = Buffer.alloc(10, 'a');

type Algorithm = (typeof ALGORITHMS)[number];

/** Uploads parts with a declared checksum algorithm, then tries wrong and correct completions. */
function declaredUpload(algorithm: Algorithm, type: 'COMPOSITE' | 'FULL_OBJECT'): Script {
  return {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      const field = `Checksum${algorithm}`;
      const create = await step('create-mpu-checksum', () =>
        s3.create(KEY, { ChecksumAlgorithm: algorithm, ChecksumType: type }),
      );
      const parts: any[] = [];
      for (const [index, body] of [PART, PART, LAST].entries()) {
        const part = await step(`upload-part-${index}`, () =>
          s3.part(KEY, create.UploadId, index + 1, body, { ChecksumAlgorithm: algorithm }),
        );
        parts.push({ PartNumber: index + 1, ETag: part.ETag, [field]: part[field] });
      }
      await step('list-parts', () => s3.listParts(KEY, create.UploadId));
      const wrongPart = type === 'FULL_OBJECT' ? 0 : (({ SHA256: 2 } as Record<string, number>)[algorithm] ?? 1);
      const wrong = parts.map((part, index) =>
        index >= wrongPart ? { ...part, [field]: parts[index === 2 ? 0 : 2][field] } : part,
      );
      await step('complete-multipart-wrong-parts-checksum', () => s3.complete(KEY, create.UploadId, wrong), [
        'PartNumber',
        'ETag',
      ]);
      const bare = parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }));
      if (type === 'COMPOSITE') {
        await step('complete-multipart-no-checksum', () => s3.complete(KEY, create.UploadId, bare));
      }
      await step('complete-multipart-checksum', () => s3.complete(KEY, create.UploadId, parts));
      await readBack(scenario, 'get-object-part-checksum');
    },
  };
}

async function readBack(scenario: Scenario, partStep?: string): Promise<void> {
  const { step } = scenario;
  const s3 = new Calls(scenario);
  await step('get-object-with-checksum', () => s3.get(KEY));
  await step('head-object-with-checksum', () => s3.headWithChecksum(KEY));
  await step('get-object-attrs', () => s3.attributes(KEY, ['ETag', 'Checksum', 'ObjectParts']));
  if (partStep === undefined) return;
  await step('copy-obj-checksum', () => s3.copy(KEY, 'copied'));
  await step('get-copy-object-attrs', () => s3.attributes('copied', ['ETag', 'Checksum']));
  await step(partStep, () => s3.get(KEY, { PartNumber: 3 }));
}

const scripts: Record<string, Script> = {};

for (const algorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
  scripts[`test_complete_multipart_parts_checksum_composite[${algorithm}]`] = declaredUpload(algorithm, 'COMPOSITE');
}
for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME'] as const) {
  scripts[`test_complete_multipart_parts_checksum_full_object[${algorithm}]`] = declaredUpload(
    algorithm,
    'FULL_OBJECT',
  );
}

scripts.test_complete_multipart_parts_checksum_default = {
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const { UploadId } = await step('create-mpu-no-checksum', () => s3.create(KEY));
    await step('list-multiparts', () => s3.listUploads());
    const part = await step('upload-part-different-checksum-than-default', () =>
      s3.part(KEY, UploadId, 1, 'aaa', { ChecksumAlgorithm: 'CRC32C' }),
    );
    await step('list-parts', () => s3.listParts(KEY, UploadId));
    const listed = { PartNumber: 1, ETag: part.ETag };
    await step('complete-multipart-parts-checksum', () =>
      s3.complete(KEY, UploadId, [{ ...listed, ChecksumCRC32C: part.ChecksumCRC32C }]),
    );
    await step('complete-multipart-wrong-parts-checksum', () =>
      s3.complete(KEY, UploadId, [{ ...listed, ChecksumCRC64NVME: 'Rnr2/5P7Gsk=' }]),
    );
    for (const ChecksumType of ['FULL_OBJECT', 'COMPOSITE'] as const) {
      const name = `complete-multipart-${ChecksumType === 'COMPOSITE' ? 'composite' : 'full-object'}-type`;
      await step(name, () => s3.complete(KEY, UploadId, [listed], { ChecksumType }));
    }
    // The (wrong) checksum of the object is ignored.
    await step('complete-multipart-checksum', () =>
      s3.complete(KEY, UploadId, [listed], { ChecksumCRC32C: 'AAAAAA==' }),
    );
    await step('get-object-with-checksum', () => s3.get(KEY));
    await step('head-object-with-checksum', () => s3.headWithChecksum(KEY));
    await step('get-object-attrs', () => s3.attributes(KEY, ['ETag', 'Checksum', 'ObjectParts']));
    await step('copy-obj-checksum', () => s3.copy(KEY, 'copied'));
    await step('get-copy-object-attrs', () => s3.attributes('copied', ['ETag', 'Checksum']));
  },
};

scripts.test_complete_multipart_parts_checksum_full_object_default = {
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const { UploadId } = await step('create-mpu-checksum-crc64', () =>
      s3.create(KEY, { ChecksumAlgorithm: 'CRC64NVME' }),
    );
    const part = await step('upload-part', () => s3.part(KEY, UploadId, 1, 'aaa', { ChecksumAlgorithm: 'CRC64NVME' }));
    await step('complete-multipart-checksum', () => s3.complete(KEY, UploadId, [{ PartNumber: 1, ETag: part.ETag }]));
    await readBack(scenario);
  },
};

for (const algorithm of ALGORITHMS) {
  for (const type of ['COMPOSITE', 'FULL_OBJECT'] as const) {
    const refused = type === 'COMPOSITE' ? algorithm === 'CRC64NVME' : algorithm.startsWith('SHA');
    scripts[`test_multipart_checksum_type_compatibility[${type}-${algorithm}]`] = {
      play: async (scenario) => {
        await scenario.step(refused ? 'create-mpu-checksum-exc' : 'create-mpu-checksum', () =>
          new Calls(scenario).create('test-multipart-checksum-compat', {
            ChecksumAlgorithm: algorithm,
            ChecksumType: type,
          }),
        );
      },
    };
  }
  scripts[`test_multipart_checksum_type_default_for_checksum[${algorithm}]`] = {
    play: async (scenario) => {
      await scenario.step('create-mpu-default-checksum-type', () =>
        new Calls(scenario).create('test-multipart-checksum-default', { ChecksumAlgorithm: algorithm }),
      );
    },
  };
  scripts[`test_multipart_upload_part_checksum_exception[${algorithm}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      const { UploadId } = await s3.create('wrong', { ChecksumAlgorithm: algorithm });
      const send = async (value: string) =>
        s3.part('wrong', UploadId ?? '', 1, 'test data..', { [`Checksum${algorithm}`]: value });
      await step('put-wrong-checksum-no-b64', () => send('TEST'));
      const wrong = await checksum(algorithm, 'other');
      await step('put-wrong-checksum-value', () => send(wrong));
    },
  };
  scripts[`test_put_object_checksum[${algorithm}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      const field = `Checksum${algorithm}`;
      const wrong = await checksum(algorithm, 'other');
      await step('put-wrong-checksum-no-b64', () => s3.put('k', 'test data..', { [field]: 'TEST' }));
      await step('put-wrong-checksum-value', () => s3.put('k', 'test data..', { [field]: wrong }));
      const right = await checksum(algorithm, 'test data..');
      await step('put-object-generated', () => s3.put('k', 'test data..', { [field]: right }));
      await step('get-object-attrs-generated', () => s3.attributes('k', ['ETag', 'Checksum']));
      await step('put-object-autogenerated', () => s3.put('k', 'test data..', { ChecksumAlgorithm: algorithm }));
      await step('get-object-attrs-auto-generated', () => s3.attributes('k', ['ETag', 'Checksum']));
      await step('head-object-with-checksum', () => s3.headWithChecksum('k'));
    },
  };
  scripts[`test_s3_copy_object_with_checksum[${algorithm}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      await step('put-object-no-checksum', () => s3.put('k', '{"key": "value"}'));
      await step('object-attrs', () => s3.attributes('k', ['Checksum']));
      await step('copy-object-in-place-with-checksum', () =>
        s3.copy('k', 'k', { ChecksumAlgorithm: algorithm, StorageClass: 'STANDARD' }),
      );
      await step('object-attrs-after-copy', () => s3.attributes('k', ['Checksum']));
      await step('copy-object-to-dest-keep-checksum', () => s3.copy('k', 'dest'));
    },
  };
  scripts[`test_s3_copy_object_with_default_checksum[${algorithm}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      await step('put-object-no-checksum', () => s3.put('k', '{"key": "value"}', { ChecksumAlgorithm: algorithm }));
      await step('object-attrs', () => s3.attributes('k', ['Checksum']));
      await step('copy-object-in-place-with-no-checksum', () => s3.copy('k', 'k', { StorageClass: 'STANDARD' }));
      await step('object-attrs-after-copy', () => s3.attributes('k', ['Checksum']));
      await step('copy-object-to-dest-keep-checksum', () => s3.copy('k', 'dest'));
      await step('dest-object-attrs-after-copy', () => s3.attributes('dest', ['Checksum']));
    },
  };
}

for (const algorithm of [...ALGORITHMS, 'None'] as const) {
  scripts[`test_s3_get_object_checksum[${algorithm}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      const body = 'test-checksum';
      const declared = algorithm === 'None' ? {} : { ChecksumAlgorithm: algorithm };
      await step('put-object', () => s3.put('k', body, declared));
      await step('get-object', () => s3.get('k'));
      await step('get-object-with-checksum', () => s3.get('k'));
      // Also recorded for GET.
      await step('head-object-with-checksum', () => s3.get('k'));
      await step('get-object-attrs', () => s3.attributes('k', ['Checksum']));
    },
  };
}

for (const type of ['COMPOSITE', 'FULL_OBJECT'] as const) {
  scripts[`test_get_object_part_checksum[${type}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      const declared = { ChecksumAlgorithm: 'CRC32C', ChecksumType: type } as const;
      const { UploadId } = await step('create-mpu-checksum', () => s3.create(KEY, declared));
      const part = await step('upload-part', () =>
        s3.part(KEY, UploadId, 1, 'test content 123', { ChecksumAlgorithm: 'CRC32C' }),
      );
      const { ETag, ChecksumCRC32C } = part;
      await step('complete-multipart-checksum', () =>
        s3.complete(KEY, UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32C }]),
      );
      await step('head-object-part', () => s3.headWithChecksum(KEY, { PartNumber: 1 }));
      await step('get-object-part', () => s3.get(KEY, { PartNumber: 1 }));
    },
  };
  scripts[`test_multipart_upload_part_copy_checksum[${type}]`] = {
    play: async (scenario) => {
      const { step } = scenario;
      const s3 = new Calls(scenario);
      await step('put-object', () => s3.put('source', 'this is a part'));
      const declared = { ChecksumAlgorithm: 'CRC32C', ChecksumType: type } as const;
      const { UploadId } = await step('create-mpu-checksum-sha256', () => s3.create(KEY, declared));
      const { CopyPartResult } = await step('upload-part-copy', () => s3.partCopy(KEY, UploadId, 'source'));
      await step('list-parts', () => s3.listParts(KEY, UploadId));
      const { ETag, ChecksumCRC32C } = CopyPartResult;
      await step('complete-multipart-checksum', () =>
        s3.complete(KEY, UploadId, [{ PartNumber: 1, ETag, ChecksumCRC32C }]),
      );
      await readBack(scenario);
    },
  };
}

const EXC = 'test-multipart-checksum-exc';

scripts.test_multipart_parts_checksum_exceptions_composite = {
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    await step('create-mpu-wrong-checksum-algo', () => s3.create(EXC, { ChecksumAlgorithm: 'TEST' as any }));
    await step('create-mpu-no-checksum-algo-with-type', () => s3.create(EXC, { ChecksumType: 'COMPOSITE' }));
    const { UploadId } = await step('create-mpu-composite-checksum', () =>
      s3.create(EXC, { ChecksumAlgorithm: 'CRC32', ChecksumType: 'COMPOSITE' }),
    );
    await step('list-multiparts', () => s3.listUploads());
    const part = await step('upload-part-no-checksum-ok', () => s3.part(EXC, UploadId, 1, 'abc'));
    const sha256 = await checksum('SHA256', 'abc');
    const listed = { PartNumber: 1, ETag: part.ETag };
    await step('complete-part-with-checksum', () =>
      s3.complete(EXC, UploadId, [{ ...listed, ChecksumSHA256: sha256 }]),
    );
    await step('complete-part-with-bad-checksum-type', () =>
      s3.complete(EXC, UploadId, [listed], { ChecksumType: 'FULL_OBJECT' }),
    );
    const second = await step('create-mpu-with-checksum', () => s3.create(EXC, { ChecksumAlgorithm: 'SHA256' }));
    await step('upload-part-different-checksum-exc', () => s3.part(EXC, second.UploadId, 1, 'abc'));
  },
};

scripts.test_multipart_parts_checksum_exceptions_full_object = {
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    await step('create-mpu-no-checksum-algo-with-type', () => s3.create(EXC, { ChecksumType: 'FULL_OBJECT' }));
    const declared = { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' } as const;
    const { UploadId } = await step('create-mpu-checksum-crc32c', () => s3.create(EXC, declared));
    await step('list-multiparts', () => s3.listUploads());
    const part = await step('upload-part-no-checksum-ok', () =>
      s3.part(EXC, UploadId, 1, 'abc', { ChecksumAlgorithm: 'CRC32C' }),
    );
    const parts = [{ PartNumber: 1, ETag: part.ETag }];
    const complete = async (more: object) => s3.complete(EXC, UploadId, parts, more);
    await step('complete-part-bad-checksum-type', () => complete({ ChecksumType: 'COMPOSITE' }));
    await step('complete-part-good-checksum-no-type', () => complete({ ChecksumCRC32C: 'Nks/tw==' }));
    await step('complete-part-only-checksum-algo', () => complete({ ChecksumCRC32C: 'AAAAAA==' }));
    await step('complete-part-only-checksum-algo-diff', () => complete({ ChecksumCRC32: 'NSRBwg==' }));
    const typed = { ChecksumType: 'FULL_OBJECT' };
    await step('complete-part-bad-checksum', () => complete({ ...typed, ChecksumCRC32C: 'AAAAAA==' }));
    await step('complete-part-bad-checksum-algo', () => complete({ ...typed, ChecksumCRC32: 'NSRBwg==' }));
    await step('complete-success', () => complete({ ...typed, ChecksumCRC32C: 'Nks/tw==' }));
    const second = await step('create-mpu-with-checksum', () => s3.create(EXC, declared));
    await step('upload-part-different-checksum-exc', () => s3.part(EXC, second.UploadId, 1, 'abc'));
  },
};

scripts.test_s3_checksum_no_algorithm = {
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const right = await checksum('SHA256', 'test data..');
    await step('put-wrong-checksum', () => s3.put('k', 'test data..', { ChecksumSHA256: 'TEST' }));
    await step('put-2-checksums', () =>
      s3.put('k', 'test data..', { ChecksumSHA256: right, ChecksumCRC32: 'AAAAAA==' }),
    );
    await step('put-right-checksum', () => s3.put('k', 'test data..', { ChecksumSHA256: right }));
    await step('head-obj', () => s3.headWithChecksum('k'));
  },
};

scripts.test_s3_checksum_no_automatic_sdk_calculation = {
  leftOut: { 'wrong-checksum': 'recorded without a status; the same request is in test_s3_checksum_no_algorithm' },
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const right = await checksum('SHA256', 'test data..');
    const send = async (headers: Record<string, string>) => {
      const path = `/${scenario.bucket}/k`;
      const answer = await raw(scenario.server, { method: 'PUT', path, headers, body: 'test data..' });
      expect(answer.status).toBe(200);
    };
    await send({ 'x-amz-checksum-sha256': right });
    await step('head-obj-right-checksum', () => s3.headWithChecksum('k'));
    await send({ 'x-amz-checksum-algorithm': 'SHA256' });
    await step('head-obj-only-checksum-algo', () => s3.headWithChecksum('k'));
    await send({ 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-sha256': right });
    await step('head-obj-diff-checksum-algo', () => s3.headWithChecksum('k'));
    await send({});
    await step('head-obj-no-checksum', () => s3.headWithChecksum('k'));
    await step('get-obj-attrs-no-checksum', () => s3.attributes('k', ['Checksum']));
    await step('copy-obj-default-checksum', () => s3.copy('k', 'copied'));
    await step('get-copy-obj-attrs-no-checksum', () => s3.attributes('copied', ['Checksum']));
  },
};

scripts.test_s3_checksum_with_content_encoding = {
  play: async (scenario) => {
    const { step } = scenario;
    const s3 = new Calls(scenario);
    const body = Buffer.alloc(41, 1);
    const unknown = ['ETag', 'ChecksumSHA256', 'Body'];
    const options = { ChecksumAlgorithm: 'SHA256', ContentEncoding: 'gzip' } as const;
    await step('put-object', () => s3.put('k', body, options), unknown);
    await step('get-object', () => s3.get('k'), unknown);
    await step('get-object-with-checksum', () => s3.get('k'), unknown);
    await step('get-object-attrs', () => s3.attributes('k', ['Checksum']), unknown);
  },
};

export const checksumScripts: Readonly<Record<string, Script>> = scripts;
